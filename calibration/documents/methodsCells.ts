/** What a methods paragraph says about a search of D x A rules. */
import { type Exposure, isBinned } from '../../src/core/exposure.ts';
import { ATTENUATION_EDGES, DURATION_EDGES, isCumulative, isReported, type Reading } from '../../src/risk/reading.ts';
import type { FitResult } from '../schemas.ts';
import { SHIFTS } from '../shifts.ts';
import type { FitStudy } from '../study.ts';
import type { Subject } from '../subjects.ts';
import { aimWords, listed, type SearchWords, splitSentence } from './methods.ts';
import { optionText } from './tables.ts';
import { grouped } from './words.ts';

/** Rules that integers 0..8 can express when neither table decreases (calibration.md 1). */
const ALL_RULES = 12_021;

export function cellWords(study: FitStudy, result: FitResult): SearchWords {
  return {
    rules: [...readingSentences(study, result.options), ...ruleSentences(study, result.options)],
    choice: [...optimumSentences(study), ...shiftSentences(study), ...freeSentences(result)],
    onceBecause: null,
  };
}

/** How exposures become cells, by what the data are. */
function readingSentences({ input: { sample, reading } }: FitStudy, options: FitResult['options']): readonly string[] {
  const grid = 'cells of the 8 x 8 grid of duration (D1-D8) and attenuation (A1-A8) of Exposure Notification v1';
  const kinds = kindsIn(sample.subjects, reading);
  const measured = kinds.flatMap(({ kind, isBin }) => (kind === 'fixed' ? [] : [{ kind, isBin }]));
  if (measured.length === 0) return [`The data are counts of exposures in ${grid}.`];
  return [
    `Exposures were put into ${grid} (edges at ${listed(DURATION_EDGES.map(String))} minutes and at ` +
      `${listed(ATTENUATION_EDGES.toReversed().map(String))} dB).`,
    ...(measured.length < kinds.length ? ['Those that the trace gives as cells stayed there.'] : []),
    ...placeSentences(measured, reading),
    `Where the trace holds signal strengths, the device table ${optionText(options, 'deviceTable')} made them attenuations.`,
  ];
}

/** Which cells an exposure is in (src/risk/scale.ts); a kind is named only where there are several. */
function placeSentences(found: readonly Measured[], reading: Reading): readonly string[] {
  return [
    ...found.flatMap(({ kind, isBin }) => {
      const { name, place, bin } = PLACES[kind];
      return [
        `${found.length > 1 ? name : 'Each'} is in ${place}${isBin ? bin : ''}.`,
        ...(isBin && kind === 'summed' ? [splitSentence(reading)] : []),
      ];
    }),
    EDGES[reading.durationEdge],
  ];
}

const KINDS = ['fixed', 'summed', 'told', 'timed', 'averaged'] as const;
type Kind = (typeof KINDS)[number];

interface Found {
  readonly kind: Kind;
  /** Whether any of them is a histogram. */
  readonly isBin: boolean;
}

type Measured = Found & { readonly kind: Exclude<Kind, 'fixed'> };

/** The kinds that occur, in their order; one pass, as there may be millions of exposures. */
function kindsIn(subjects: readonly Subject[], reading: Reading): readonly Found[] {
  const found = new Map<Kind, boolean>();
  for (const { exposures } of subjects)
    for (const exposure of exposures) {
      const kind = kindOf(exposure, reading);
      if (found.get(kind) !== true) found.set(kind, isBinned(exposure));
    }
  return KINDS.flatMap((kind) => (found.has(kind) ? [{ kind, isBin: found.get(kind)! }] : []));
}

function kindOf(exposure: Exposure, reading: Reading): Kind {
  if (exposure.cell !== undefined) return 'fixed';
  if (isCumulative(exposure, reading)) return 'summed';
  if (isReported(exposure, reading)) return 'timed';
  return exposure.reported === undefined ? 'averaged' : 'told';
}

const PLACES: Readonly<Record<Exclude<Kind, 'fixed'>, { name: string; place: string; bin: string }>> = {
  summed: {
    name: 'A histogram',
    place: 'one cell per attenuation class, by the time at or below its upper edge',
    bin: '',
  },
  told: {
    name: 'An exposure with figures of the framework',
    place: 'one cell, by the duration and the mean attenuation that the framework reported',
    bin: '',
  },
  timed: {
    name: 'An exposure with times of all scans',
    place:
      'one cell, by the duration (in steps of 5 minutes) and the mean attenuation that the framework would report of it',
    bin: '',
  },
  averaged: {
    name: 'Any other',
    place: 'one cell, by its duration and its mean attenuation, weighted by time and rounded to whole dB',
    bin: '; a histogram bin counts at its middle',
  },
};

const EDGES: Readonly<Record<Reading['durationEdge'], string>> = {
  bucket: 'Durations were rounded down to whole minutes; a class includes its upper end.',
  gt: 'Durations were not rounded; a class includes its upper end.',
  ge: 'Durations were not rounded; a class includes its lower end, but no minutes are D1 and 30 minutes D7.',
};

function ruleSentences({ input: { space } }: FitStudy, options: FitResult['options']): readonly string[] {
  const whose = { user: ' of a user', 'user-day': " of a user's day" }[optionText(options, 'level')] ?? '';
  const policy = policyWords(options);
  const count = space.candidates.length;
  return [
    'A rule scores each duration class (D) and each attenuation class (A) with an integer from 0 to 8 and alerts when ' +
      `D x A reaches a threshold for any cell of any exposure${whose}.`,
    'Scores that never fall as exposures get longer or closer make ' +
      `${grouped(ALL_RULES)} rules that decide differently${policy.length === 0 ? '; all of them were evaluated.' : '.'}`,
    ...(policy.length === 0
      ? []
      : [
          `It was required that ${listed(policy)}; the ${grouped(count)} rules that ${count === 1 ? 'does' : 'do'} so ` +
            'were all evaluated.',
        ]),
  ];
}

/** "minutes>15 attenuation<=63" -> "minutes>15 and attenuation<=63" (constraints.ts). */
const region = (text: string): string =>
  text
    .trim()
    .split(/\s+(?:and\s+)?/i)
    .join(' and ');

function policyWords(options: FitResult['options']): readonly string[] {
  const texts = (name: string): readonly string[] => (options[name] ?? []) as string[];
  return [
    ...texts('forbid').map((text) => `no rule alerts where ${region(text)}`),
    ...texts('require').map((text) => `every rule alerts where ${region(text)}`),
    ...texts('fix').map((text) => text.replace(/\s*=\s*/, ' = ').trim()),
    ...((options['durationCap'] ?? null) === null
      ? []
      : ['D7 and D8 are alike, as reported durations end at 30 minutes']),
  ];
}

/** Criteria in their order, without those that these data or options do not allow (tieBreak.ts). */
function optimumSentences({ input, fit }: FitStudy): readonly string[] {
  const optimum = `The chosen rule has the ${aimWords(input, fit)}. As every rule was evaluated, this is certain.`;
  if (fit.ties.length === 1) return [optimum, 'No other rule reaches the same value.'];
  const criteria = [
    ...(fit.refits.replicates > 0 ? ['the best mean over the bootstrap'] : []),
    ...(fit.shifted.length > 0 ? [`the smallest worst regret over shifts of all attenuations by ${SHIFT_RANGE}`] : []),
    'the fewest corners',
    ...(fit.comparedRule === null ? [] : [`the fewest cells that differ from ${input.compared.name}`]),
    'the first place in a fixed order',
  ];
  return [
    optimum,
    `Of ${grouped(fit.ties.length)} rules with this value the one was taken that has ${criteria.join(', among equals ')}.`,
  ];
}

const SHIFT_RANGE = `${SHIFTS[0]} to ${SHIFTS.at(-1)} dB`;

const shiftSentences = ({ fit }: FitStudy): readonly string[] =>
  fit.shifted.length === 0 ? [] : [`Rules were also judged with all attenuations moved by ${SHIFT_RANGE}.`];

const freeSentences = ({ unconstrained }: FitResult): readonly string[] =>
  unconstrained ? ['The best rule whose scores may also fall was found exactly as well.'] : [];
