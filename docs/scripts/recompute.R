# Recomputes the figures of a fit from the tables that "enlab calibrate fit --tables DIR" wrote. Base R, no packages.
# Rscript recompute.R DIR
# Prints every figure beside the one of enlab; exit status 1 where one differs by more than 1e-9.

folder <- commandArgs(trailingOnly = TRUE)
if (length(folder) != 1) stop("usage: Rscript recompute.R DIR")
table <- function(name) {
  data <- read.csv(file.path(folder, name), stringsAsFactors = FALSE)
  # Products of counts overflow R's integers.
  whole <- vapply(data, is.integer, logical(1))
  data[whole] <- lapply(data[whole], as.numeric)
  data
}
rules <- table("rules.csv")
roc <- table("roc.csv")
cells <- table("cells.csv")
replicates <- table("bootstrap.csv")
summary <- table("summary.csv")

written <- function(of, figure, kind) {
  value <- summary$value[summary$of == of & summary$figure == figure & summary$kind == kind]
  if (length(value) != 1) stop(paste("summary.csv must have one row", of, figure, kind))
  value
}
checks <- data.frame()
check <- function(what, recomputed, enlab) {
  checks <<- rbind(checks, data.frame(what, recomputed, enlab, stringsAsFactors = FALSE))
}

# --- The tuned rule, from rules.csv ---
figures <- list(
  youden = function(m) m$tp / (m$tp + m$fn) - m$fp / (m$fp + m$tn),
  f1 = function(m) 2 * m$tp / (2 * m$tp + m$fp + m$fn),
  f2 = function(m) 5 * m$tp / (5 * m$tp + m$fp + 4 * m$fn),
  mcc = function(m) {
    margins <- (m$tp + m$fp) * (m$tp + m$fn) * (m$tn + m$fp) * (m$tn + m$fn)
    ifelse(margins <= 0, 0, (m$tp * m$tn - m$fp * m$fn) / sqrt(margins))
  }
)
tuned <- rules[rules$tuned == 1, ]
if (nrow(tuned) != 1) stop("rules.csv must mark one rule as tuned")
for (name in names(figures)) {
  check(paste(name, "of the tuned rule"), figures[[name]](tuned), written("tuned", name, "apparent"))
}

# --- The certificate: no rule is better ---
objective <- summary$figure[summary$kind == "corrected"]
if (objective %in% names(figures)) {
  best <- max(figures[[objective]](rules[rules$feasible == 1, ]))
  check(paste("best", objective, "of all rules"), best, written("tuned", objective, "apparent"))
}
# Every rule judges the same subjects.
check("positives, largest and smallest", max(rules$tp + rules$fn), min(rules$tp + rules$fn))
check("negatives, largest and smallest", max(rules$fp + rules$tn), min(rules$fp + rules$tn))

# --- The area under the ROC curve ---
area <- function(m) {
  x <- c(0, m$fp / (m$fp + m$tn), 1)
  y <- c(0, m$tp / (m$tp + m$fn), 1)
  sum(diff(x) * (head(y, -1) + tail(y, -1)) / 2)
}
by_fp <- rules[order(rules$fp, -rules$tp), ]
front <- by_fp[by_fp$tp > c(-1, head(cummax(by_fp$tp), -1)), ]
check("AUC from roc.csv", area(roc), written("front", "auc", "apparent"))
check("AUC from the front of rules.csv", area(front), written("front", "auc", "apparent"))
check("fpr of roc.csv, largest difference", max(abs(roc$fpr - roc$fp / (roc$fp + roc$tn))), 0)
check("sensitivity of roc.csv, largest difference", max(abs(roc$sensitivity - roc$tp / (roc$tp + roc$fn))), 0)

# --- The cells: the rule applied by hand ---
check("exposures in cells", sum(cells$positives + cells$negatives), written("data", "cells", "count"))
if (written("data", "singleCells", "count") == written("data", "subjects", "count")) {
  score <- function(text) as.numeric(strsplit(text, " ")[[1]])
  alerts <- score(tuned$D)[cells$D] * score(tuned$A)[cells$A] >= tuned$threshold
  check("tp from cells.csv", sum(cells$positives[alerts]), tuned$tp)
  check("fp from cells.csv", sum(cells$negatives[alerts]), tuned$fp)
  check("fn from cells.csv", sum(cells$positives[!alerts]), tuned$fn)
  check("tn from cells.csv", sum(cells$negatives[!alerts]), tuned$tn)
} else {
  cat("cells.csv: subjects have several cells or weights, so only its total is checked\n")
}

# --- The optimism, from bootstrap.csv ---
if (nrow(replicates) > 0) {
  optimism <- mean(replicates$inReplicate - replicates$onData)
  corrected <- written("tuned", objective, "apparent") - optimism
  check(paste("corrected", objective), corrected, written("tuned", objective, "corrected"))
} else {
  cat("bootstrap.csv: no replicates, so nothing is corrected\n")
}

# --- The verdict ---
checks$agrees <- !is.na(checks$recomputed - checks$enlab) & abs(checks$recomputed - checks$enlab) <= 1e-9
verdict <- ifelse(checks$agrees, "agrees", "DIFFERS")
cat(sprintf("%-44s %18.12f %18.12f  %s\n", checks$what, checks$recomputed, checks$enlab, verdict), sep = "")
if (!all(checks$agrees)) {
  cat(sum(!checks$agrees), "of", nrow(checks), "figures differ by more than 1e-9\n")
  quit(status = 1)
}
cat("all", nrow(checks), "figures agree to 1e-9\n")
