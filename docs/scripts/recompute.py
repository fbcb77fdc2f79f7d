"""Recomputes the figures of a fit from the tables that "enlab calibrate fit --tables DIR" wrote. Standard library only.

python3 recompute.py DIR
Prints every figure beside the one of enlab; exit status 1 where one differs by more than 1e-9.
"""

import csv
import math
import sys
from pathlib import Path

if len(sys.argv) != 2:
    sys.exit("usage: python3 recompute.py DIR")
folder = Path(sys.argv[1])


def number(text):
    """A field as a number where it is one; an empty field is not a number."""
    try:
        return float(text or "nan")
    except ValueError:
        return text


def table(name):
    with open(folder / name, newline="", encoding="utf-8") as file:
        return [{key: number(text) for key, text in row.items()} for row in csv.DictReader(file)]


rules, roc, cells, replicates, summary = (
    table(name) for name in ("rules.csv", "roc.csv", "cells.csv", "bootstrap.csv", "summary.csv")
)


def written(of, figure, kind):
    (value,) = (row["value"] for row in summary if (row["of"], row["figure"], row["kind"]) == (of, figure, kind))
    return value


checks = []


def check(what, recomputed, enlab):
    checks.append((what, recomputed, enlab, abs(recomputed - enlab) <= 1e-9))


# --- The tuned rule, from rules.csv ---
def mcc(tp, fp, fn, tn):
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(margins) if margins > 0 else 0.0


figures = {
    "youden": lambda tp, fp, fn, tn: tp / (tp + fn) - fp / (fp + tn),
    "f1": lambda tp, fp, fn, tn: 2 * tp / (2 * tp + fp + fn),
    "f2": lambda tp, fp, fn, tn: 5 * tp / (5 * tp + fp + 4 * fn),
    "mcc": mcc,
}


def counts(row):
    return row["tp"], row["fp"], row["fn"], row["tn"]


(tuned,) = (rule for rule in rules if rule["tuned"] == 1)
for name, figure in figures.items():
    check(f"{name} of the tuned rule", figure(*counts(tuned)), written("tuned", name, "apparent"))

# --- The certificate: no rule is better ---
(objective,) = (row["figure"] for row in summary if row["kind"] == "corrected")
if objective in figures:
    best = max(figures[objective](*counts(rule)) for rule in rules if rule["feasible"] == 1)
    check(f"best {objective} of all rules", best, written("tuned", objective, "apparent"))
# Every rule judges the same subjects.
positives = [rule["tp"] + rule["fn"] for rule in rules]
negatives = [rule["fp"] + rule["tn"] for rule in rules]
check("positives, largest and smallest", max(positives), min(positives))
check("negatives, largest and smallest", max(negatives), min(negatives))


# --- The area under the ROC curve ---
def area(rows):
    points = [(0, 0), *((fp / (fp + tn), tp / (tp + fn)) for tp, fp, fn, tn in map(counts, rows)), (1, 1)]
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in zip(points, points[1:]))


front = []
for rule in sorted(rules, key=lambda rule: (rule["fp"], -rule["tp"])):
    if not front or rule["tp"] > front[-1]["tp"]:
        front.append(rule)
check("AUC from roc.csv", area(roc), written("front", "auc", "apparent"))
check("AUC from the front of rules.csv", area(front), written("front", "auc", "apparent"))
check("fpr of roc.csv, largest difference", max(abs(row["fpr"] - row["fp"] / (row["fp"] + row["tn"])) for row in roc), 0)
check(
    "sensitivity of roc.csv, largest difference",
    max(abs(row["sensitivity"] - row["tp"] / (row["tp"] + row["fn"])) for row in roc),
    0,
)

# --- The cells: the rule applied by hand ---
check("exposures in cells", sum(cell["positives"] + cell["negatives"] for cell in cells), written("data", "cells", "count"))
if written("data", "singleCells", "count") == written("data", "subjects", "count"):
    duration, attenuation = ([int(score) for score in tuned[name].split()] for name in ("D", "A"))

    def alerts(cell):
        return duration[int(cell["D"]) - 1] * attenuation[int(cell["A"]) - 1] >= tuned["threshold"]

    check("tp from cells.csv", sum(cell["positives"] for cell in cells if alerts(cell)), tuned["tp"])
    check("fp from cells.csv", sum(cell["negatives"] for cell in cells if alerts(cell)), tuned["fp"])
    check("fn from cells.csv", sum(cell["positives"] for cell in cells if not alerts(cell)), tuned["fn"])
    check("tn from cells.csv", sum(cell["negatives"] for cell in cells if not alerts(cell)), tuned["tn"])
else:
    print("cells.csv: subjects have several cells or weights, so only its total is checked")

# --- The optimism, from bootstrap.csv ---
if replicates:
    optimism = math.fsum(row["inReplicate"] - row["onData"] for row in replicates) / len(replicates)
    corrected = written("tuned", objective, "apparent") - optimism
    check(f"corrected {objective}", corrected, written("tuned", objective, "corrected"))
else:
    print("bootstrap.csv: no replicates, so nothing is corrected")

# --- The verdict ---
for what, recomputed, enlab, agrees in checks:
    print(f"{what:<44} {recomputed:18.12f} {enlab:18.12f}  {'agrees' if agrees else 'DIFFERS'}")
differing = sum(not agrees for *_, agrees in checks)
if differing:
    sys.exit(f"{differing} of {len(checks)} figures differ by more than 1e-9")
print(f"all {len(checks)} figures agree to 1e-9")
