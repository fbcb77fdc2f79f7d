/** Every deployed preset, rule or exported configuration on a user's data, with intervals. */
import type { Reading } from '../src/risk/reading.ts';
import { type Alerts, type BootstrapOptions, type Evaluation, evaluate } from './estimates.ts';
import { areCells, decisionsOfAll, type Judge, obstacleTo } from './judges.ts';
import { type MetricName, metricNames, undefinedEstimate } from './metrics.ts';
import type { ObjectiveOptions } from './objectives.ts';
import { evaluationJson } from './result.ts';
import type { Sample } from './sample.ts';
import type { CheckResult } from './schemas.ts';

export interface Checked<Name extends MetricName = MetricName> {
  readonly judge: Judge;
  /** Factors that the trace lacks and the verdicts depend on. */
  readonly dependsOn: CheckResult['rules'][number]['dependsOn'];
  readonly alerts: Alerts;
  readonly evaluation: Evaluation<Name>;
}

/** In the order of the judges. */
export function check<Name extends MetricName = MetricName>(
  sample: Sample,
  judges: readonly Judge[],
  reading: Reading,
  metrics: ObjectiveOptions,
  bootstrap: BootstrapOptions,
  names: readonly Name[] = metricNames as readonly Name[],
): readonly Checked<Name>[] {
  const alerts = decisionsOfAll(judges, sample.subjects, reading);
  const evaluations = evaluate(sample, alerts, metrics, bootstrap, names);
  const lacks = lacking(sample);
  const isCells = areCells(sample.subjects);
  return judges.map((judge, k) => ({
    judge,
    dependsOn: [
      ...(lacks.days && judge.dependsOn.days ? (['days'] as const) : []),
      ...(lacks.level && judge.dependsOn.transmissionLevel ? (['transmission-level'] as const) : []),
    ],
    alerts: alerts[k]!,
    evaluation: unlessObstacle(evaluations[k]!, obstacleTo(judge, isCells)),
  }));
}

/** Nobody was judged where the judge cannot read the data: every figure says why. */
function unlessObstacle<Name extends MetricName>(own: Evaluation<Name>, obstacle: string | null): Evaluation<Name> {
  if (obstacle === null) return own;
  const undefinedAll = Object.keys(own.estimates).map((name) => [name, undefinedEstimate(obstacle)]);
  return {
    n: 0,
    tp: 0,
    fp: 0,
    fn: 0,
    tn: 0,
    estimates: Object.fromEntries(undefinedAll) as Evaluation<Name>['estimates'],
  };
}

function lacking({ subjects }: Sample): { readonly days: boolean; readonly level: boolean } {
  const some = (test: (exposure: { daysSinceExposure?: number; transmissionLevel?: number }) => boolean): boolean =>
    subjects.some(({ exposures }) => exposures.some(test));
  return {
    days: some(({ daysSinceExposure }) => daysSinceExposure === undefined),
    level: some(({ transmissionLevel }) => transmissionLevel === undefined),
  };
}

export const checkedJson = ({ judge, dependsOn, evaluation }: Checked): CheckResult['rules'][number] => ({
  name: judge.name,
  kind: judge.kind,
  dependsOn,
  ...evaluationJson(evaluation),
});
