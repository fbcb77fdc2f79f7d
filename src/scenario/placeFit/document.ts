/** The report of a fitted path loss: its line, its residuals, and what it promises against what was measured. */
import type { Block, Figure, Point, ReportDocument, Table } from '../../core/document.ts';
import type { Metres } from '../../core/units.ts';
import type { PathLoss } from '../../propagation/fit.ts';
import type { ResidualKind } from '../../propagation/residuals.ts';
import { percentileInterval } from '../../stats/intervals.ts';
import type { PlaceFit, PredictedAlerts, QuantilePlot } from './fit.ts';
import { parametersText } from './result.ts';

/** `judgedOn`: where the judged exposures are from; undefined: they are those of the fit. */
export function fitPathLossDocument(
  fit: PlaceFit,
  { provenance, judgedOn }: { readonly provenance: ReportDocument['provenance']; readonly judgedOn?: string },
): ReportDocument {
  const outside = fit.alerts.filter(({ isInside }) => !isInside);
  const alike = judgedOn ?? 'the same measurements';
  return {
    title: 'Path loss',
    subtitle: `${fit.pairs} pairs of phones, ${Math.round(fit.scans)} scans, ${metres(fit.distances[0])} to ${metres(fit.distances[1])}`,
    summary: [
      `${parametersText(fit.parameters)}.`,
      ...(Object.entries(fit.residuals) as [ResidualKind, QuantilePlot][]).map(residualSentence),
      `Alerts on ${alike}: ${fit.alerts.length - outside.length} of ${fit.alerts.length} presets inside of the predicted 95 %${
        outside.length === 0 ? '.' : `; outside: ${outside.map(({ preset }) => preset).join(', ')}.`
      }`,
    ],
    sections: [
      { id: 'fit', title: 'The fit', blocks: [parameterTable(fit), lineFigure(fit)] },
      { id: 'residuals', title: 'Whether the model holds', blocks: residualBlocks(fit) },
      { id: 'alerts', title: 'Alerts: predicted and measured', blocks: alertBlocks(fit, alike) },
    ],
    provenance,
  };
}

const metres = (value: Metres): string => `${Number(value.toPrecision(2))} m`;

const KINDS: Readonly<Record<ResidualKind, string>> = {
  between: 'between pairs (shadowing)',
  within: 'between scans of a pair (noise)',
};

const residualSentence = ([kind, { p }]: readonly [ResidualKind, QuantilePlot]): string =>
  p < 0.05
    ? `What is left ${KINDS[kind]} is not normal (p = ${p.toFixed(3)}): the model is an approximation.`
    : `What is left ${KINDS[kind]} does not speak against the model (p = ${p.toFixed(2)}).`;

const parameterTable = ({ parameters }: PlaceFit): Table => ({
  kind: 'table',
  name: 'parameters',
  caption: 'Parameters, 95 % intervals (bootstrap of whole pairs)',
  columns: [
    { key: 'parameter', label: 'parameter' },
    { key: 'estimate', label: 'estimate', format: 'number', digits: 2 },
    { key: 'unit', label: 'unit' },
  ],
  rows: [
    { parameter: 'attenuation at 1 m', estimate: parameters.atOneMetre, unit: 'dB' },
    { parameter: 'exponent n of 10 n log10(distance)', estimate: parameters.exponent, unit: '' },
    { parameter: 'shadowing: standard deviation between pairs', estimate: parameters.shadowing, unit: 'dB' },
    { parameter: 'noise: standard deviation between scans of a pair', estimate: parameters.noise, unit: 'dB' },
  ],
});

const attenuationAt = ({ atOneMetre, exponent }: PathLoss, distance: Metres): number =>
  atOneMetre + 10 * exponent * Math.log10(distance);

/** Points of a line over the logarithm of distance: its band is curved. */
const STEPS = 40;
/** Room beside the nearest and the furthest pair, as a ratio. */
const MARGIN = 1.15;

function lineFigure({ parameters, distances: [nearest, furthest], redrawn, means }: PlaceFit): Figure {
  const fitted = {
    atOneMetre: parameters.atOneMetre.value,
    exponent: parameters.exponent.value,
    shadowing: parameters.shadowing.value,
    noise: parameters.noise.value,
  };
  const spread = 1.96 * Math.hypot(fitted.shadowing, fitted.noise);
  const ratio = Math.log(furthest / nearest);
  const places = Array.from({ length: STEPS + 1 }, (_, k) =>
    k === STEPS ? furthest : nearest * Math.exp((k / STEPS) * ratio),
  );
  const line = places.map((distance): Point => {
    const [low, high] = percentileInterval(redrawn.map((one) => attenuationAt(one, distance)));
    return { x: distance, y: attenuationAt(fitted, distance), low, high };
  });
  const edge = (sign: number) => line.map(({ x, y }) => ({ x, y: y + sign * spread }));
  const scans = { draw: 'line', look: 2 } as const;
  return {
    kind: 'figure',
    name: 'path-loss',
    title: 'Attenuation over distance',
    description:
      'Mean of each pair of phones, the fitted line with its 95 % interval, and where 95 % of single scans lie.',
    plot: {
      kind: 'lines',
      x: { label: 'distance, m', log: true, domain: [nearest / MARGIN, furthest * MARGIN] },
      y: { label: 'attenuation, dB' },
      series: [
        {
          name: 'mean of a pair',
          draw: 'points',
          look: 3,
          points: means.map(({ distance, attenuation }) => ({ x: distance, y: attenuation })),
        },
        { name: 'fitted line', points: line, band: true, look: 0 },
        { name: '97.5 % of scans below', points: edge(1), ...scans },
        { name: '2.5 % of scans below', points: edge(-1), ...scans },
      ],
    },
  };
}

function residualBlocks({ residuals }: PlaceFit): readonly Block[] {
  const plots = (Object.entries(residuals) as [ResidualKind, QuantilePlot][]).map(([kind, plot]) =>
    quantileFigure(kind, plot),
  );
  return [
    {
      kind: 'text',
      paragraphs: [
        'Quantiles of what is left, in standard deviations of the fit, against those of a normal distribution. The band holds all quantiles of 95 in 100 samples of the fitted model that were measured in the same pairs, binned and fitted alike.',
        ...(plots.length === 0 ? ['The fit has no noise, so that nothing is left.'] : []),
      ],
    },
    ...plots,
  ];
}

function quantileFigure(kind: ResidualKind, { normal, measured, low, high, p }: QuantilePlot): Figure {
  const points = (isInside: boolean): readonly Point[] =>
    measured.flatMap((y, k) => ((low[k]! <= y && y <= high[k]!) === isInside ? [{ x: normal[k]!, y }] : []));
  const band = normal.map((x, k) => ({ x, y: x, low: low[k]!, high: high[k]! }));
  return {
    kind: 'figure',
    name: `residuals-${kind}`,
    title: `Residuals ${KINDS[kind]}`,
    description: `Quantile plot of standardised residuals ${KINDS[kind]} with a 95 % envelope of the fitted model; p = ${p.toFixed(3)}.`,
    plot: {
      kind: 'lines',
      x: { label: 'normal quantile' },
      y: { label: 'residual, standard deviations' },
      series: [
        { name: 'as the model has it', band: true, look: 2, points: band },
        { name: 'measured', draw: 'points' as const, look: 0, points: points(true) },
        { name: 'measured, outside of the band', draw: 'points' as const, look: 1, points: points(false) },
      ].filter((one) => one.points.length > 0),
    },
  };
}

function alertBlocks({ alerts, judged }: PlaceFit, alike: string): readonly Block[] {
  const share = (count: number): number => count / judged;
  const pointOf = ({ preset, measured, predicted: { value, low, high }, isInside }: PredictedAlerts): Point => ({
    x: share(value),
    xLow: share(low),
    xHigh: share(high),
    y: share(measured),
    ...(!isInside && { label: preset }),
  });
  const of = (isInside: boolean) => alerts.filter((one) => one.isInside === isInside).map(pointOf);
  const figure: Figure = {
    kind: 'figure',
    name: 'alerts',
    title: 'Share of exposures that alert, by preset',
    description: `Predicted by the fit (95 % interval) and measured on ${alike}; a preset whose interval misses the line is named.`,
    plot: {
      kind: 'lines',
      x: { label: 'predicted share that alerts', domain: [0, 1] },
      y: { label: 'measured share', domain: [0, 1] },
      series: [
        { name: 'inside of the predicted 95 %', draw: 'points', look: 0, points: of(true) },
        { name: 'outside', draw: 'points', look: 1, points: of(false) },
        { name: 'as predicted', look: 2, points: [0, 1].map((end) => ({ x: end, y: end })) },
      ],
    },
  };
  return [alertTable(alerts, judged, alike), figure];
}

const alertTable = (alerts: readonly PredictedAlerts[], judged: number, alike: string): Table => ({
  kind: 'table',
  name: 'alerts',
  caption: `Exposures that alert, of ${judged} (${alike}): measured, and mean and 95 % of what the fit predicts`,
  columns: [
    { key: 'preset', label: 'preset' },
    { key: 'measured', label: 'measured', format: 'number' },
    { key: 'predicted', label: 'predicted', format: 'number', digits: 0 },
    { key: 'inside', label: 'inside' },
  ],
  rows: alerts.map(({ preset, measured, predicted, isInside }) => ({ preset, measured, predicted, inside: isInside })),
});
