/** Options that are out of range, contradict each other or need something else: exit 2, before any file is read. */
import { describe, expect, it } from 'vitest';
import { checkSchema, fitSchema } from '../../calibration/schemas.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';
import { nativeText, sighting } from '../helpers/traces.ts';

const place = new Workplace({
  'field.csv': fieldCsv(),
  'anonymous.csv': fieldCsv(['minutes', 'attenuation', 'label']),
});

/** These are found before the trace is opened, so it need not exist: E-FILE-MISSING would show the wrong order. */
describe.each([
  ['calibrate check', '--bootstrap -1', /--bootstrap .*whole number from 0 to 100000/],
  ['calibrate check', '--bootstrap 2.5', /--bootstrap .*whole number/],
  ['calibrate check', '--seed abc', /--seed .*number from 0/],
  ['calibrate check', '--seed 4294967296', /--seed .*from 0 to 4294967295/],
  ['calibrate check', '--prevalence 1.1', /--prevalence .*from 0 to 1/],
  ['calibrate check', '--prevalence 0.1 --cohort', /--cohort.* cannot be used with .*--prevalence/],
  ['calibrate check', '--threshold-probability 0', /--threshold-probability .*from 0.0001 to 0.9999/],
  ['calibrate check', '--days 61', /--days .*from 0 to 60/],
  ['calibrate check', '--transmission-level 9', /--transmission-level .*from 0 to 8/],
  ['calibrate check', '--scan-gap 0', /--scan-gap .*from 0.001 to 300/],
  ['calibrate check', '--unknown-device 5', /--unknown-device .*two numbers, as in 5,-24/],
  ['calibrate check', '--level person', /--level .*exposure, user, user-day/],
  ['calibrate check', '--bin-split half', /--bin-split .*proportional, lower, upper/],
  ['calibrate check', '--reduce median', /--reduce .*auto, mean, cumulative/],
  ['calibrate check', '--format xml', /--format .*table, json, csv/],
  ['calibrate check', '--columns user', /--columns .*"user" is not NAME=VALUE/],
  ['calibrate check', '--columns user=a,label=b,user=c', /--columns .*It names user twice/],
  ['calibrate check', '--date-order ymd', /--date-order .*dmy, mdy/],
  ['calibrate fit', '--max-fpr 5', /--max-fpr .*from 0 to 1/],
  ['calibrate fit', '--min-sensitivity -0.1', /--min-sensitivity .*from 0 to 1/],
  ['calibrate fit', '--max-alerts-per-1000 -1 --prevalence 0.1', /--max-alerts-per-1000 .*at least 0/],
  ['calibrate fit', '--duration-cap 25', /--duration-cap .*It must be 30\./],
  ['calibrate fit', '--family minutes --factors 11,0.5', /--factors .*number from 0 to 10/],
  ['calibrate fit', '--family minutes --factors -1,0.5', /--factors .*number from 0 to 10/],
  ['calibrate fit', '--family minutes --factors 1', /--factors .*two numbers, as in 1,0.5/],
  ['calibrate fit', '--objective accuracy', /--objective .*youden, f1, f2, mcc, cost, net-benefit/],
  ['calibrate fit', '--weight-by device', /--weight-by .*scenario/],
  ['calibrate fit', '--suppress-below -5', /--suppress-below .*at least 0/],
  ['calibrate curve', '--distance -1', /--distance .*at least 0/],
  ['calibrate curve', '--thresholds 50,many', /--thresholds .*number/],
  ['replay', '--format json', /--format .*csv, ndjson/],
  ['replay', '--level people', /--level .*exposure, user, user-day/],
  ['trace inspect', '--head -1', /--head .*from 0 to 10000/],
])('enlab %s missing.csv %s', (command, options, message) => {
  it('exits 2 and says what is allowed', async () => {
    expectError(await place.enlab(`${command} missing.csv ${options}`), 2, 'E-USAGE', message);
  });
});

describe.each([
  [
    'a rule and a duration edge',
    'check missing.csv --rule "minutes>15" --duration-edge ge',
    'E-USAGE',
    /exclude each other/,
  ],
  [
    'the same for compare',
    'compare "minutes>15" stopp-corona missing.csv --duration-edge gt',
    'E-USAGE',
    /exclude each other/,
  ],
  ['nothing to check', 'check missing.csv', 'E-USAGE', /nothing to check[^]*--all-presets/],
  ['a rule without sense', 'check missing.csv --rule "minutes<15"', 'E-USAGE', /cannot read the rule "minutes<15"/],
  [
    'a rule with two limits of one kind',
    'check missing.csv --rule "minutes>15 attenuation<=70 MINUTES>20"',
    'E-USAGE',
    /the rule "minutes>15 attenuation<=70 MINUTES>20" limits minutes twice/,
  ],
  ['the same for compare', 'compare "attenuation<=70 attenuation<=60" stopp-corona missing.csv', 'E-USAGE', /twice/],
  [
    'an unknown preset',
    'check missing.csv --preset imuni-2020-06-05',
    'E-PRESET-UNKNOWN',
    /did you mean "immuni-2020-06-05"\?/,
  ],
  [
    'an unknown preset to fit',
    'fit missing.csv --preset stop-corona',
    'E-PRESET-UNKNOWN',
    /did you mean "stopp-corona"\?/,
  ],
  [
    'a preset like no other',
    'check missing.csv --preset zzzzzzzzzzzz',
    'E-PRESET-UNKNOWN',
    /"enlab presets" lists them/,
  ],
  ['a truth rule without sense', 'check missing.csv --all-presets --truth "near 2 m"', 'E-TRUTH-UNKNOWN', /within 2 m/],
  [
    'an unknown device table',
    'check missing.csv --all-presets --device-table 200101',
    'E-DEVICE-UNKNOWN',
    /200613, 200813, 201214/,
  ],
  ['a budget without a prevalence', 'fit missing.csv --max-alerts-per-1000 20', 'E-USAGE', /add --prevalence P/],
  [
    'a condition without sense',
    'compare stopp-corona immuni-dpia missing.csv --fail-if "worse"',
    'E-USAGE',
    /sensitivity drop > 0\.02/,
  ],
  ['a variation without sense', 'whatif missing.csv --vary A4', 'E-USAGE', /A4=0\.\.8/],
  ['a variation backwards', 'whatif missing.csv --vary A4=8..0', 'E-USAGE', /A4=0\.\.8/],
  ['a variation out of range', 'whatif missing.csv --vary A4=0..9', 'E-USAGE', /A4=9: must be a whole number 0\.\.8/],
  [
    'a variation of what is not there',
    'whatif missing.csv --preset stopp-corona --vary reach=0..9',
    'E-USAGE',
    /stopp-corona .* has no parameter reach/,
  ],
  ['an exposure without minutes', 'explain --exposure "attenuation=60"', 'E-USAGE', /lacks minutes/],
  [
    'an exposure with two minutes',
    'explain --exposure "minutes=1 attenuation=60 minutes=2"',
    'E-USAGE',
    /minutes twice/,
  ],
  ['an exposure of two days', 'explain --exposure "minutes=2880 attenuation=60"', 'E-USAGE', /longer than a day/],
])('%s', (_, line, code, message) => {
  it('is found before the trace is opened, exit 2', async () => {
    expectError(await place.enlab(`calibrate ${line}`), 2, code, message);
  });
});

describe('an option that takes one value', () => {
  it.each([
    ['calibrate whatif missing.csv --vary A4=0..8 --vary A5=0..8', '--vary'],
    ['calibrate whatif missing.csv --vary=A4=0..8 --preset a --preset b', '--preset'],
    ['calibrate fit missing.csv --preset immuni-dpia --preset stopp-corona', '--preset'],
    ['calibrate check missing.csv --all-presets --seed 1 --seed 1', '--seed'],
    ['trace import missing.csv --columns user=a --columns label=b --out out.ndjson', '--columns'],
    ['trace inspect missing.csv --truth "within 2 m" --truth "within 1 m"', '--truth'],
    ['replay missing.csv --out a.csv --out b.csv', '--out'],
  ])('is refused when it comes twice: enlab %s', async (line, option) => {
    expectError(await place.enlab(line), 2, 'E-USAGE', `${option} is given more than once`, 'one value, with commas');
  });

  it('is no flag, and none of those that may be repeated', async () => {
    const check = 'check field.csv --preset immuni-dpia --rule "minutes>15" --preset stopp-corona --rule "minutes>20"';
    await place.output(`calibrate ${check} --all-presets --all-presets --episodes --episodes --bootstrap 0`);
    const policy = '--forbid "minutes<=5" --forbid "minutes<=10" --fix A1=0 --fix A2=0';
    await place.output(`calibrate fit field.csv ${policy} --bootstrap 0`);
  });
});

describe('an unknown format', () => {
  it('is suggested, exit 2', async () => {
    const ran = await place.enlab('trace inspect field.csv --from dp3t-sqlit');
    expectError(ran, 2, 'E-USAGE', /did you mean dp3t-sqlite\?/);
  });
});

describe('an option that the format of the trace does not read', () => {
  // A record that cannot be read shows the order: it would be E-FILE-INVALID.
  const traces = new Workplace({
    'own.ndjson': `${nativeText(sighting)}{"type":"sight`,
    'anonymous.csv': fieldCsv(['minutes', 'attenuation', 'label']),
  });

  it.each([
    'trace import own.ndjson --weight foo --out out.ndjson',
    'trace inspect own.ndjson --weight foo',
    'replay own.ndjson --weight foo --out out.csv',
    'calibrate check own.ndjson --all-presets --weight foo',
    'calibrate compare immuni-dpia stopp-corona own.ndjson --weight foo',
    'calibrate curve own.ndjson --weight foo',
    'calibrate whatif own.ndjson --vary A4=0..8 --weight foo',
    'calibrate fit own.ndjson --weight foo --out fit.json',
  ])('is refused before anything is read: enlab %s', async (line) => {
    const message = /--weight does not apply to enlab, which would ignore it\n {2}hint: leave it out; .*csv\n$/;
    const { stderr, ...ran } = await traces.enlab(line);
    expectError({ ...ran, stderr: stderr.replace(/^seed .*\n/, '') }, 2, 'E-USAGE', message);
    expect(traces.files()).toEqual(['anonymous.csv', 'own.ndjson']);
  });

  it('is taken where one of several traces reads it', async () => {
    traces.put('good.ndjson', nativeText({ type: 'exposure', minutes: 20, attenuation: 50, label: true }));
    const line = 'calibrate check anonymous.csv good.ndjson --preset immuni-dpia --bootstrap 0 --columns label=label';
    expect(await traces.json(line, checkSchema)).toMatchObject({
      data: { n: 121 },
      options: { columns: 'label=label' },
    });
  });
});

describe('the same trace twice', () => {
  const twice = new Workplace({ 'field.csv': fieldCsv(), 'deep/copy.csv': fieldCsv() });
  const readers = [
    'trace import TRACES --out out.ndjson',
    'trace inspect TRACES',
    'replay TRACES --out out.csv',
    'calibrate check TRACES --all-presets',
    'calibrate compare immuni-dpia stopp-corona TRACES',
    'calibrate curve TRACES',
    'calibrate whatif TRACES --vary A4=0..8',
    'calibrate fit TRACES --out fit.json',
  ];

  it.each(readers)('is refused with both paths by enlab %s', async (line) => {
    for (const [traces, second] of [
      ['field.csv ./deep/copy.csv', 'deep/copy.csv'],
      ['field.csv deep/../field.csv', 'field.csv'],
    ] as const) {
      const { stderr, ...ran } = await twice.enlab(line.replace('TRACES', traces));
      const message = `error E-USAGE: ${second}: the same trace as field.csv: pooled, everything would count twice\n`;
      expectError({ ...ran, stderr: stderr.replace(/^seed .*\n/, '') }, 2, 'E-USAGE', message);
    }
    expect(twice.files()).toEqual(['deep/copy.csv', 'field.csv']);
  });
});

describe('levels', () => {
  it.each(['user', 'user-day'])('%s needs users', async (level) => {
    const ran = await place.enlab(`calibrate check anonymous.csv --all-presets --level ${level}`);
    expectError(ran, 2, 'E-LEVEL', `--level ${level} is impossible`, 'use --level exposure');
    const replayed = await place.enlab(`replay anonymous.csv --level ${level} --out verdicts.csv`);
    expectError(replayed, 2, 'E-LEVEL', 'use --level exposure');
    expect(place.has('verdicts.csv')).toBe(false);
  });

  it('user-day needs days', async () => {
    place.put('timeless.csv', fieldCsv(['user', 'minutes', 'attenuation', 'label']));
    const ran = await place.enlab('calibrate check timeless.csv --all-presets --level user-day');
    expectError(ran, 2, 'E-LEVEL', 'has no date', '--level user');
  });
});

describe('constraints of a fit', () => {
  it.each([
    [
      '--forbid "minutes<=15" --require "minutes>10 attenuation<=63"',
      /--forbid "minutes<=15" and --require "minutes>10 attenuation<=63" contradict/,
    ],
    ['--duration-cap 30 --fix D7=3 --fix D8=5', /--fix D7=3, --fix D8=5 and --duration-cap 30 contradict/],
    ['--fix A1=0 --fix A1=3', /--fix A1=0 and --fix A1=3 contradict/],
    [
      '--require "minutes>0" --fix D5=3 --forbid "attenuation>73"',
      /--forbid "attenuation>73" and --require "minutes>0" contradict/,
    ],
  ])('%s: the pair is named', async (options, message) => {
    expectError(await place.enlab(`calibrate fit missing.csv ${options}`), 2, 'E-CONSTRAINTS', message);
  });

  it.each([
    ['--forbid "minutes<=12"', /minutes must be one of 0, 5, 10, 15, 20, 25, 30/],
    ['--forbid "attenuation<=60"', /attenuation must be one of 73, 63/],
    ['--forbid "minutes<15"', /<= and >/],
    ['--forbid "minuti<=15"', /"minuti" is neither minutes nor attenuation/],
    ['--forbid "minutes<=x"', /cannot read "minutes<=x"/],
    ['--fix D5=9', /values of D and A are 0\.\.8/],
    ['--fix E1=0', /cannot read --fix "E1=0"/],
  ])('%s does not follow the grid', async (options, message) => {
    expectError(await place.enlab(`calibrate fit missing.csv ${options}`), 2, 'E-USAGE', message);
  });

  it('--duration-cap 30 makes D7 and D8 one number, whichever of them is fixed', async () => {
    for (const fixed of ['D7', 'D8']) {
      const { best } = await place.json(
        `calibrate fit field.csv --bootstrap 0 --duration-cap 30 --fix ${fixed}=5`,
        fitSchema,
      );
      expect('D' in best && best.D.slice(6)).toEqual([5, 5]);
    }
  });

  it.each([
    ['D1-D4 = 0 leave 495 rules', '--forbid "minutes<=15"', 495],
    ['a cap of 30 minutes leaves 6,231', '--duration-cap 30', 6231],
    ['no constraint leaves 12,021', '', 12021],
  ])('%s', async (_, options, rules) => {
    const { certificate } = await place.json(`calibrate fit field.csv --bootstrap 0 ${options}`, fitSchema);
    expect(certificate).toMatchObject({ rules, optimal: true });
  });
});
