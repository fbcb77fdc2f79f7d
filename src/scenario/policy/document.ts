/** The report of "enlab policy": the frontier, how far the estimate can be trusted, every rule, what the town was made of. */

import type { IntegerSolver } from '../../../calibration/integers.ts';
import { effects } from '../../../calibration/policy.ts';
import type {
  Block,
  Column,
  Estimate,
  Figure,
  LineFigure,
  Point,
  ReportDocument,
  Table,
  Text,
} from '../../core/document.ts';
import { counted } from '../../core/words.ts';
import { cellOf, estimatesCaption } from '../captions.ts';
import { replicatesEstimate } from '../figures.ts';
import { parameterSection } from '../parameterBlocks.ts';
import type { Scenario } from '../resolve.ts';
import { REFERENCE } from '../run.ts';
import type { PolicyResult } from './result.ts';
import { effectsAt, type PolicyRun } from './run.ts';

type Rule = PolicyResult['rules'][number];

/** `provenance`: version, command, seed. `folder`: where settings of the rules found here are, if anywhere. */
export function policyDocument(
  { scenario, arm }: Pick<PolicyRun, 'scenario' | 'arm'>,
  result: PolicyResult,
  provenance: ReportDocument['provenance'],
  folder?: string,
): ReportDocument {
  const { agents, days, replicates } = result.data;
  const runs = replicates === 1 ? 'one run' : `${replicates} runs`;
  return {
    title: `${result.title}: infections averted against days at home`,
    subtitle: `${whole(agents)} people, ${counted(days, 'day')}, ${runs} a rule, arm ${arm.name}`,
    summary: summaryOf(result),
    sections: [
      {
        id: 'frontier',
        title: 'The frontier',
        blocks: [
          frontierFigure(result),
          frontierTable(result),
          frontierWords(result),
          readingText(scenario, result, folder),
        ],
      },
      { id: 'estimate', title: 'First-order estimate against simulation', blocks: estimateBlocks(result) },
      { id: 'rules', title: 'Every rule that was simulated', blocks: rulesTables(result) },
      parameterSection({ arms: [arm], sources: scenario.sources }),
    ],
    provenance,
  };
}

const whole = (value: number | null): string => (value === null ? 'undefined' : Math.round(value).toLocaleString('en'));
const interval = ({ low, high, reason }: Estimate, digits: (value: number) => string): string =>
  low === null || high === null ? `no interval: ${reason}` : `${digits(low)} to ${digits(high)}`;
const inWords = (own: Estimate): string => `${whole(own.value)} (${interval(own, whole)})`;
const two = (value: number): string => value.toFixed(2);
const ratioWords = (own: Estimate): string =>
  own.value === null ? `undefined (${own.reason})` : `${two(own.value)} (${interval(own, two)})`;

function summaryOf({ rules, data, reference, estimated, agreement, interrupted }: PolicyResult): readonly string[] {
  const frontier = rules.filter(({ onFrontier }) => onFrontier);
  const last = frontier.at(-1);
  const best = last
    ? `The most are averted by ${last.name}: ${inWords(last.simulated.averted)}, for ${inWords(last.simulated.quarantineDays)} days at home.`
    : 'No rule averted infections, on average.';
  return [
    ...(interrupted
      ? [
          `Stopped on request: only ${counted(rules.length, 'rule was', 'rules were')} complete, and others may be better.`,
        ]
      : []),
    `Where nobody is warned, ${inWords(reference.infections)} are infected.`,
    `${frontier.length} of the ${rules.length} rules that were simulated ${frontier.length === 1 ? 'is' : 'are'} on the frontier: no other of them averts as many infections for as few days at home, on average.`,
    best,
    ...stepSentence(frontier),
    `Of ${whole(estimated.rules)} D x A rules all were estimated in the first order, without feedback; ${estimated.front} are on the estimated front. ` +
      `Over the rules that were simulated, simulated by estimated is ${ratioWords(agreement.averted.ratio)} for infections averted and ${ratioWords(agreement.quarantineDays.ratio)} for days at home; rank correlations ${ratioWords(agreement.averted.rankCorrelation)} and ${ratioWords(agreement.quarantineDays.rankCorrelation)}.`,
    `Intervals are 95 % (Student) over ${data.replicates === 1 ? 'one run' : `${data.replicates} runs`} with the same seeds for every rule: they say how much chance does, not how sure the parameters are.`,
  ];
}

/** How many steps are more than chance: a frontier of means has steps that are none. */
function stepSentence(frontier: readonly Rule[]): readonly string[] {
  const known = frontier.filter(({ more }) => more!.averted.low !== null);
  if (known.length < 2) return [];
  const sure = known.filter(({ more }) => more!.averted.low! > 0).length;
  return [
    `Of its ${known.length} steps ${sure} avert more than the rule before beyond chance (interval above 0): rules between them cannot be told apart here.`,
  ];
}

const pointOf = (x: Estimate, y: Estimate, label?: string): Point => ({
  x: x.value!,
  xLow: x.low,
  xHigh: x.high,
  y: y.value!,
  low: y.low,
  high: y.high,
  ...(label !== undefined && { label }),
});

const KINDS = [
  ['front', 'rules of the estimated front'],
  ['preset', 'presets'],
  ['own', 'the rule of the scenario'],
] as const;

/** Presets have names that people know, and of rules found here those matter that no other beats. */
const frontierPoint = ({ simulated, kind, name, onFrontier }: Rule): Point =>
  pointOf(simulated.quarantineDays, simulated.averted, kind === 'front' && !onFrontier ? undefined : name);

function frontierFigure({ rules }: PolicyResult): Figure {
  const frontier = rules.filter(({ onFrontier }) => onFrontier);
  return {
    kind: 'figure',
    name: 'frontier',
    title: 'Infections averted against days at home',
    description:
      'One point a rule, simulated from the begin to the end; bars are 95 % intervals of the mean. The line joins the rules that no other beats in both.',
    plot: {
      kind: 'lines',
      x: { label: 'days at home ordered because of warnings' },
      y: { label: 'infections averted' },
      series: [
        {
          name: 'frontier',
          points: frontier.map(({ simulated }) => pointOf(simulated.quarantineDays, simulated.averted)),
        },
        ...KINDS.map(([kind, name]) => ({
          name,
          draw: 'points' as const,
          points: rules.filter((rule) => rule.kind === kind).map(frontierPoint),
        })).filter(({ points }) => points.length > 0),
      ],
    },
  };
}

const number = (key: string, label: string, unit: string, meaning: string): Column => ({
  key,
  label,
  format: 'number',
  digits: 0,
  unit,
  meaning,
});
const PER_AVERTED: Column = {
  key: 'daysPerAverted',
  label: 'days for each averted',
  format: 'number',
  digits: 1,
  unit: 'days',
  meaning: 'days at home by infections averted; undefined where none is',
};
const AVERTED = number(
  'averted',
  'averted',
  'people',
  'infections less than where nobody is warned, same seeds, simulated',
);
const DAYS = number('quarantineDays', 'days at home', 'days', 'days at home ordered because of warnings, simulated');
const RULE: Column = { key: 'rule', label: 'rule', meaning: 'name' };
const WORDS: Column = {
  key: 'words',
  label: 'when it warns',
  meaning: 'D x A rules: longer than and at or below what; others: what they add up, or what they are called',
};

/** Those that cannot be below 0. */
const countsOf = (rules: readonly Rule[]): readonly Estimate[] =>
  rules.flatMap(({ simulated }) => [simulated.quarantineDays, simulated.warned]);

const frontierTable = ({ rules, data }: PolicyResult): Table => ({
  kind: 'table',
  name: 'frontier',
  caption: estimatesCaption(
    'The frontier by days at home, and what each step more brings',
    data.replicates,
    countsOf(rules.filter(({ onFrontier }) => onFrontier)),
  ),
  columns: [
    RULE,
    AVERTED,
    DAYS,
    PER_AVERTED,
    number(
      'moreAverted',
      'averted more',
      'people',
      'than by the rule before, or than by none; difference of the same seeds',
    ),
    number('moreDays', 'days more', 'days', 'than by the rule before, or than by none; difference of the same seeds'),
  ],
  rows: rules
    .filter(({ onFrontier }) => onFrontier)
    .map(({ name, simulated, daysPerAverted, more }) => ({
      rule: name,
      averted: cellOf(simulated.averted),
      quarantineDays: cellOf(simulated.quarantineDays),
      daysPerAverted: daysPerAverted.value === null ? daysPerAverted.reason! : cellOf(daysPerAverted),
      moreAverted: cellOf(more!.averted),
      moreDays: cellOf(more!.quarantineDays),
    })),
});

/** Beside the numbers it would be wider than a terminal; the file of all rules has it. */
const frontierWords = ({ rules }: PolicyResult): Table => ({
  kind: 'table',
  caption: 'When rules of the frontier warn',
  columns: [RULE, WORDS],
  rows: rules.filter(({ onFrontier }) => onFrontier).map(({ name, words }) => ({ rule: name, words })),
});

/** How rules are written, and how one of them is simulated again. */
function readingText({ file, arms }: Scenario, { rules }: PolicyResult, folder: string | undefined): Text {
  const frontier = rules.filter(({ onFrontier }) => onFrontier);
  const found = frontier.findLast(({ kind }) => kind === 'front') ?? rules.find(({ kind }) => kind === 'front');
  const without = arms.some(({ name }) => name === REFERENCE) ? `${REFERENCE},` : '';
  const command = (rule: string): string => `enlab simulate ${file} --arms ${without}mine=${rule}`;
  const preset = frontier.findLast(({ kind }) => kind === 'preset');
  const own = found && `${folder ?? 'DIR'}/${found.name}.json`;
  return {
    kind: 'text',
    paragraphs: [
      '">30 min <=51 dB, >5 min <=33 dB" warns of an exposure of more than 30 minutes at 51 dB or less, and of one of more than 5 minutes at 33 dB or less.',
      ...(own && folder !== undefined
        ? [`To simulate a rule that was found here: ${command(own)}. Apps load the same file.`]
        : []),
      ...(own && folder === undefined
        ? [`--out-dir DIR writes the rules that were found here, to be simulated with: ${command(own)}`]
        : []),
      ...(preset ? [`Presets are simulated by their names: ${command(preset.name)}`] : []),
    ],
  };
}

/** Everything as a file; on the page numbers, then what the rules are: together they are wider than it. */
function rulesTables(result: PolicyResult): readonly Table[] {
  const all = rulesTable(result);
  const about = [FRONTIER, ALIKE, WORDS];
  return [
    { ...all, fileOnly: true },
    {
      kind: 'table',
      caption: all.caption,
      columns: all.columns.filter((column) => !about.includes(column)),
      rows: all.rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([key, value]) => [key, typeof value === 'object' && value ? cellOf(value) : value]),
        ),
      ),
    },
    { kind: 'table', caption: 'When these rules warn', columns: [RULE, FRONTIER, WORDS, ALIKE], rows: all.rows },
  ];
}

const FRONTIER: Column = {
  key: 'frontier',
  label: 'frontier',
  meaning: 'whether no other that was simulated beats it',
};
const ALIKE: Column = { key: 'alike', label: 'the same', meaning: 'presets that decide alike about every exposure' };

const rulesTable = ({ rules, data }: PolicyResult): Table => ({
  kind: 'table',
  name: 'rules',
  caption: estimatesCaption(
    'Simulated, and estimated in the first order without feedback',
    data.replicates,
    countsOf(rules),
  ),
  columns: [
    RULE,
    AVERTED,
    number('estimatedAverted', 'averted, estimate', 'people', 'first-order estimate without feedback'),
    DAYS,
    number('estimatedDays', 'days, estimate', 'days', 'first-order estimate without feedback'),
    PER_AVERTED,
    number('warned', 'warned', 'people', 'people who were warned, once each, simulated'),
    {
      key: 'rightShare',
      label: 'rightly',
      format: 'proportion',
      meaning: 'share of the warned who were infected then',
    },
    FRONTIER,
    ALIKE,
    WORDS,
  ],
  rows: rules.map(({ name, simulated, estimated, onFrontier, alike, words, rightShare, daysPerAverted }) => ({
    rule: name,
    averted: simulated.averted,
    estimatedAverted: estimated.averted,
    quarantineDays: simulated.quarantineDays,
    estimatedDays: estimated.quarantineDays,
    daysPerAverted,
    warned: simulated.warned,
    rightShare,
    frontier: onFrontier ? 'yes' : '',
    alike: alike.join(', '),
    words,
  })),
});

const WHAT_IT_IS: Text = {
  kind: 'text',
  paragraphs: [
    'The estimate comes from runs in which nobody is warned. A rule averts an infection there where one of the two would have stayed at home ' +
      'on that day because of its first warning, and the two do not live together. What follows is left out: those who are not infected infect nobody, ' +
      'upload nothing and warn nobody (no feedback); and those who are spared may be infected later by somebody else.',
  ],
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const NAMES = { averted: 'infections averted', quarantineDays: 'days at home', warned: 'people warned' } as const;

const estimateBlocks = (result: PolicyResult): readonly Block[] => [
  WHAT_IT_IS,
  agreementFigure(result, 'averted'),
  agreementFigure(result, 'quarantineDays'),
  {
    kind: 'table',
    name: 'agreement',
    caption: `How the estimate stands to the simulation over ${counted(result.rules.length, 'rule')}: mean over runs, 95 % interval`,
    columns: [
      { key: 'what', label: 'what' },
      { key: 'correlation', label: 'rank correlation', format: 'number', digits: 3, meaning: "Spearman's, over rules" },
      { key: 'ratio', label: 'simulated by estimated', format: 'number', digits: 3, meaning: 'both summed over rules' },
    ],
    rows: effects.map((effect) => ({
      what: NAMES[effect],
      correlation: result.agreement[effect].rankCorrelation,
      ratio: result.agreement[effect].ratio,
    })),
  },
];

function agreementFigure({ rules }: PolicyResult, effect: 'averted' | 'quarantineDays'): Figure {
  const points = (kind: Rule['kind']): readonly Point[] =>
    rules
      .filter((rule) => rule.kind === kind)
      .map(({ estimated, simulated }) => pointOf(estimated[effect], simulated[effect]));
  const most = Math.max(
    1,
    ...rules.flatMap(({ estimated, simulated }) => [top(estimated[effect]), top(simulated[effect])]),
  );
  const least = Math.min(0, ...rules.map(({ simulated }) => simulated[effect].low ?? 0));
  const axis = (label: string): LineFigure['x'] => ({ label, domain: [least, most] });
  return {
    kind: 'figure',
    name: effect === 'averted' ? 'estimate-averted' : 'estimate-days',
    title: `${capital(NAMES[effect])}: first-order estimate without feedback, and simulated`,
    description: 'One point a rule, bars are 95 % intervals of the mean; on the dotted line both are equal.',
    plot: {
      kind: 'lines',
      x: axis(`${NAMES[effect]}, first-order estimate`),
      y: axis(`${NAMES[effect]}, simulated`),
      series: KINDS.map(([kind, name], k) => ({
        name,
        draw: 'points' as const,
        look: k + 1,
        points: points(kind),
      })).filter((series) => series.points.length > 0),
      diagonal: true,
      diagonalName: 'both are equal',
    },
  };
}

const top = ({ value, high }: Estimate): number => high ?? value ?? 0;

/** Every rule that was estimated; a file of its own, by rank. */
export function estimatesTable({ effects: all, candidates, front }: PolicyRun, solver: IntegerSolver): Table {
  const fronts = new Set(front);
  return {
    kind: 'table',
    name: 'estimates',
    fileOnly: true,
    caption: 'First-order estimate without feedback of every D x A rule: mean over runs, 95 % interval',
    columns: [
      { key: 'D', label: 'D', meaning: 'scores of D1..D8' },
      { key: 'A', label: 'A', meaning: 'scores of A1..A8' },
      { key: 'threshold', label: 'threshold', meaning: 'of the product, which reaches or exceeds it alike' },
      ...effects.map((effect) =>
        number(
          effect,
          NAMES[effect],
          effect === 'quarantineDays' ? 'days' : 'people',
          `${NAMES[effect]}, first-order estimate without feedback`,
        ),
      ),
      { key: 'front', label: 'front', meaning: 'whether no other rule beats it in the estimate' },
    ],
    rows: Array.from(candidates, (rule) => {
      const { D, A, threshold } = solver.tables(rule)!;
      const own = all.map((one) => effectsAt(one, rule));
      return {
        D: D.join(' '),
        A: A.join(' '),
        threshold,
        ...Object.fromEntries(effects.map((effect) => [effect, replicatesEstimate(own.map((one) => one[effect]))])),
        front: fronts.has(rule) ? 'yes' : '',
      };
    }),
  };
}
