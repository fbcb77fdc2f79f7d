/** What the calibrate commands say about a small trace: numbers held against counting by hand, exit codes, files. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkSchema,
  compareSchema,
  curveSchema,
  explainSchema,
  lintSchema,
  whatifSchema,
} from '../../calibration/schemas.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows } from '../helpers/cliTraces.ts';
import { nativeText, sighting } from '../helpers/traces.ts';

const place = new Workplace({ 'field.csv': fieldCsv() });

/** Confusion matrix of a rule on the rows, each counted for itself. */
function counted(alerts: (row: (typeof fieldRows)[number]) => boolean) {
  const count = (label: boolean, alert: boolean) =>
    fieldRows.filter((row) => row.label === label && alerts(row) === alert).length;
  return { tp: count(true, true), fp: count(false, true), fn: count(true, false), tn: count(false, false) };
}

/** The same by user, who is alerted or in contact if any row says so. */
function countedByUser(alerts: (row: (typeof fieldRows)[number]) => boolean) {
  const people = [...new Set(fieldRows.map(({ user }) => user))].map((user) => {
    const rows = fieldRows.filter((row) => row.user === user);
    return { label: rows.some((row) => row.label), alert: rows.some(alerts) };
  });
  const count = (label: boolean, alert: boolean) =>
    people.filter((person) => person.label === label && person.alert === alert).length;
  return { tp: count(true, true), fp: count(false, true), fn: count(true, false), tn: count(false, false) };
}

const near70 = ({ minutes, attenuation }: (typeof fieldRows)[number]) => minutes > 15 && attenuation <= 70;

describe('calibrate check', () => {
  it('counts what the rule decides about every row', async () => {
    const result = await place.json(
      'calibrate check field.csv --rule "attenuation<=70 minutes>15" --level exposure --bootstrap 0',
      checkSchema,
    );
    expect(result.data).toMatchObject({ n: 120, unknown: 0, exposures: 120 });
    expect(result.data.files).toEqual([{ name: 'field.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(result.rules).toEqual([
      expect.objectContaining({ name: 'attenuation<=70 minutes>15', kind: 'rule', n: 120, ...counted(near70) }),
    ]);
  });

  it('counts users by default, who are alerted by any of their exposures', async () => {
    const { data, options, rules } = await place.json(
      'calibrate check field.csv --rule "attenuation<=70 minutes>15"',
      checkSchema,
    );
    expect(options).toMatchObject({ level: 'user', bootstrap: 1000 });
    expect(data.n).toBe(40);
    expect(rules[0]).toMatchObject(countedByUser(near70));
    const { sensitivity } = rules[0]!;
    expect(sensitivity.low).toBeLessThan(sensitivity.value!);
    expect(sensitivity.high).toBeGreaterThanOrEqual(sensitivity.value!);
  });

  it('keeps the order of the command line, whatever the kinds', async () => {
    const line = `--rule "minutes>=15" --preset STOPP-corona --rule "minutes>5" --preset immuni-2020-06-22 --all-presets`;
    const { rules } = await place.json(`calibrate check field.csv --bootstrap 0 ${line}`, checkSchema);
    const all = allPresets().map(({ name }) => name);
    expect(rules.map(({ name }) => name)).toEqual([
      'minutes>=15',
      'stopp-corona',
      'minutes>5',
      'immuni-2020-06-05',
      ...all,
    ]);
  });

  it('puts all presets where the command line has them, once', async () => {
    const line = `--rule "minutes>=15" --all-presets --preset stopp-corona --all-presets --rule "minutes>5"`;
    const { rules } = await place.json(`calibrate check field.csv --bootstrap 0 ${line}`, checkSchema);
    const all = allPresets().map(({ name }) => name);
    expect(rules.map(({ name }) => name)).toEqual(['minutes>=15', ...all, 'stopp-corona', 'minutes>5']);
  });

  it('says which presets depend on factors that the trace lacks', async () => {
    const stdout = await place.output('calibrate check field.csv --bootstrap 0 --all-presets');
    expect(stdout).toMatch(/filled with --days 0 and --transmission-level \(neutral\):[^.]*cwa-v1-2020-06-15/s);
    expect(stdout).toContain('conditional on reception');
  });

  it('is undefined without contacts, with the reason, exit 0', async () => {
    place.put(
      'none.csv',
      fieldCsv(
        undefined,
        fieldRows.map((row) => ({ ...row, label: false })),
      ),
    );
    const { rules } = await place.json('calibrate check none.csv --preset immuni-dpia --bootstrap 20', checkSchema);
    const reason = '0 positives';
    expect(rules[0]!.sensitivity).toEqual({ value: null, low: null, high: null, reason });
    expect(rules[0]!.youden).toMatchObject({ value: null, reason });
    expect(rules[0]!.specificity.value).not.toBeNull();
  });

  it('knows predictive values only with a prevalence', async () => {
    const line = 'calibrate check field.csv --preset immuni-dpia --bootstrap 20';
    const [without] = (await place.json(line, checkSchema)).rules;
    for (const figure of ['ppv', 'npv', 'alertsPer1000', 'cost', 'netBenefit'] as const)
      expect(without![figure]).toMatchObject({ value: null, reason: expect.stringContaining('prevalence') });
    const [given] = (await place.json(`${line} --prevalence 0.01`, checkSchema)).rules;
    const { options, rules } = await place.json(`${line} --cohort`, checkSchema);
    expect(options['prevalence']).toBe(countedByUser(() => true).tp / 40);
    for (const rule of [given!, rules[0]!]) expect(rule.alertsPer1000.value).toEqual(expect.any(Number));
  });

  it('takes the prevalence of a cohort from the weighted data, with its own uncertainty', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, k) => `p${k},${k % 3 === 0 ? 20 : 4},60,${k % 4 === 0 ? 1 : 0},${k % 4 === 0 ? 3 : 1}`,
    );
    place.put('cohort.csv', ['user,minutes,attenuation,label,times', ...rows].join('\n'));
    const line = 'calibrate check cohort.csv --preset immuni-2020-06-05 --bootstrap 200';
    const { options, rules } = await place.json(`${line} --cohort --weight times`, checkSchema);
    const [{ tp, fp, fn, tn, ppv }] = rules as [(typeof rules)[0]];
    expect(options['prevalence']).toBeCloseTo((tp + fn) / (tp + fp + fn + tn), 12);
    expect(ppv.value).toBeCloseTo(tp / (tp + fp), 12);
    const fixed = (await place.json(`${line} --prevalence 0.25`, checkSchema)).rules[0]!;
    const drawn = (await place.json(`${line} --cohort`, checkSchema)).rules[0]!;
    expect(drawn.ppv.value).toBeCloseTo(fixed.ppv.value!, 12);
    expect(drawn.ppv.high! - drawn.ppv.low!).toBeGreaterThan(fixed.ppv.high! - fixed.ppv.low!);
  });

  it('says of rules on minutes that cells have none, and judges the others', async () => {
    place.put('cells.csv', 'D,A,positives,negatives\nD5,A3,9,1\nD3,A2,1,9\n');
    const { rules } = await place.json(
      'calibrate check cells.csv --all-presets --rule "minutes>15" --bootstrap 0',
      checkSchema,
    );
    const reason = 'the data are cells, without minutes and dB';
    for (const { name, n, sensitivity, youden } of rules) {
      const isCells = /^(immuni-2020|immuni-android|stopp|cwa-v1-2020-05)/.test(name);
      expect([name, n]).toEqual([name, isCells ? 20 : 0]);
      if (!isCells) for (const figure of [sensitivity, youden]) expect(figure).toMatchObject({ value: null, reason });
    }
    expect(rules.find(({ name }) => name === 'immuni-2020-06-05')).toMatchObject({ tp: 9, fp: 1, fn: 1, tn: 9 });
    for (const command of [
      'compare immuni-2020-06-05 swisscovid-2020-09-10 cells.csv',
      'fit cells.csv --preset cwa-v1-2020-06-15',
      'fit cells.csv --family minutes',
      'fit cells.csv --family env2',
      'whatif cells.csv --preset stopp-corona --vary shift=0..1',
    ])
      expect((await place.enlab(`calibrate ${command} --bootstrap 0`)).exitCode, command).toBe(2);
    expectError(await place.enlab('replay cells.csv --preset cwa-v2-2020-11'), 2, 'E-UNDEFINED', reason);
    const lines = (await place.output('replay cells.csv --format ndjson')).trimEnd().split('\n');
    expect(lines.map((text) => JSON.parse(text).minutes)).toEqual(Array.from({ length: 20 }, () => null));
    expect(await place.output('calibrate fit cells.csv --bootstrap 20 --report cells.html')).toContain(reason);
  });
});

describe('calibrate compare', () => {
  const line = 'calibrate compare "minutes>=15" "attenuation<=70 minutes>15" field.csv --level exposure --bootstrap 50';

  it('counts both rules and what flips', async () => {
    const result = await place.json(line, compareSchema);
    const a = ({ minutes }: { minutes: number }) => minutes >= 15;
    expect(result.a).toMatchObject(counted(a));
    expect(result.b).toMatchObject(counted(near70));
    const flipped = fieldRows.filter((row) => a(row) !== near70(row));
    const positives = flipped.filter(({ label }) => label).length;
    expect(result.flippedSubjects).toEqual({ positives, negatives: flipped.length - positives });
    expect(result.mcnemar.positives).toMatchObject({ onlyA: positives, onlyB: 0 });
  });

  it('names the cells that flip between two presets', async () => {
    const { flippedCells } = await place.json(
      'calibrate compare immuni-2020-06-05 immuni-2020-10-30 field.csv --bootstrap 0',
      compareSchema,
    );
    expect(flippedCells!.length).toBeGreaterThan(0);
    for (const { a, b } of flippedCells!) expect(a).not.toBe(b);
  });

  it.each([
    ['sensitivity drop > 0.02', 3],
    ['specificity drop > 0.02', 0],
  ])('--fail-if "%s": exit %i, with the result', async (condition, exitCode) => {
    const ran = await place.enlab(`${line} --fail-if "${condition}" --out compared.json`);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stderr.includes(`error E-CHECK: `)).toBe(exitCode === 3);
    expect(ran.stderr.includes(`${condition} holds`)).toBe(exitCode === 3);
    expect(JSON.parse(place.text('compared.json')).failIf).toEqual([{ condition, holds: exitCode === 3 }]);
  });

  it.each([
    ['sensitivity drop > 0.02', 'specificity drop > 0.02'],
    ['specificity drop > 0.02', 'sensitivity drop > 0.02'],
  ])('--fail-if "%s" --fail-if "%s": exit 3 when one of them holds', async (...conditions) => {
    const options = conditions.map((condition) => `--fail-if "${condition}"`).join(' ');
    const ran = await place.enlab(`${line} ${options} --format json --out both.json`);
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain(': sensitivity drop > 0.02 holds\n');
    const { failIf, options: echo } = parsed(place.text('both.json'), compareSchema);
    expect(failIf).toEqual(conditions.map((condition) => ({ condition, holds: condition.startsWith('sensitivity') })));
    expect(echo).toMatchObject({ failIf: conditions });
  });

  it('names all conditions that hold', async () => {
    const ran = await place.enlab(`${line} --fail-if "sensitivity drop > 0.02" --fail-if "sensitivity drop > 0"`);
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain(': sensitivity drop > 0.02 and sensitivity drop > 0 hold\n');
  });
});

describe('calibrate curve', () => {
  it('is an error where a trace has no packets', async () => {
    expectError(await place.enlab('calibrate curve field.csv'), 2, 'E-FILE-FORMAT', 'no single packets', 'dp3t-sqlite');
  });

  it('counts packets by distance and attenuation; those without a distance are left out', async () => {
    const packet = (attenuation: number, distance: number | null, k: number) => ({
      ...sighting,
      time: sighting.time + k,
      rssi: undefined,
      attenuation,
      distance,
    });
    const packets = [packet(50, 1, 0), packet(60, 1, 1), packet(60, 3, 2), packet(70, 2, 3), packet(55, null, 4)];
    place.put('packets.ndjson', nativeText(...packets));
    const { data, points } = await place.json(
      'calibrate curve packets.ndjson --distance 2 --thresholds 49,60',
      curveSchema,
    );
    expect(data).toMatchObject({ n: 4, unknown: 1 });
    expect(points).toMatchObject([
      { threshold: 49, n: 4, relevant: 3, detected: 0, precision: null, precisionInterval: null, recall: 0 },
      { threshold: 60, n: 4, relevant: 3, detected: 3, precision: 2 / 3, recall: 2 / 3 },
    ]);
  });
});

describe('calibrate explain', () => {
  it('gives steps, verdict and the nearest flips', async () => {
    const result = await place.json('calibrate explain --exposure "minutes=15 attenuation=60"', explainSchema);
    expect(result).toMatchObject({ data: { n: 1 }, score: 0, operator: '>=', threshold: 20, alert: false });
    expect(result.steps.at(-1)).toMatchObject({ what: 'decision', value: 'no alert' });
    expect(result.flips).toEqual([{ what: 'minutes', from: 15, to: 16, alert: true }]);
  });

  it('takes the factors of the exposure', async () => {
    const line = 'calibrate explain --preset cwa-v1-2020-06-15';
    const alert = async (text: string) => (await place.json(`${line} --exposure "${text}"`, explainSchema)).alert;
    expect(await alert('minutes=30 attenuation=50 level=8 days=1')).toBe(true);
    expect(await alert('minutes=30 attenuation=50 level=1 days=14')).toBe(false);
  });
});

describe('calibrate whatif', () => {
  it.each([
    ['threshold=20..22', 3],
    ['A4=0..8', 9],
    ['shift=-6..6dB', 13],
    ['duration=-5..5min', 11],
  ])('--vary %s: %i points, and the one without a change is what check says', async (vary, length) => {
    const line = 'field.csv --preset immuni-2020-06-05 --bootstrap 0';
    const { points } = await place.json(`calibrate whatif ${line} --vary ${vary}`, whatifSchema);
    expect(points).toHaveLength(length);
    const unchanged = { threshold: 20, A4: 5, shift: 0, duration: 0 }[vary.split('=')[0]!];
    const [rule] = (await place.json(`calibrate check ${line}`, checkSchema)).rules;
    const { tp, fp, fn, tn } = rule!;
    expect(points.find(({ value }) => value === unchanged)).toMatchObject({ tp, fp, fn, tn });
  });
});

describe('calibrate export and lint', () => {
  beforeAll(async () => {
    await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
  });

  it.each(['immuni', 'env1-apple', 'env1-google'])(
    'writes a configuration for %s that decides as the fit',
    async (target) => {
      const stdout = await place.output(`calibrate export fit.json --target ${target} --out ${target}.json`);
      expect(stdout).toBe('');
      expect(await place.output(`calibrate export fit.json --target ${target}`)).toBe(place.text(`${target}.json`));
      const { rules } = await place.json(
        `calibrate check field.csv --preset ${target}.json --bootstrap 0`,
        checkSchema,
      );
      const { tp, fp, fn, tn } = JSON.parse(place.text('fit.json')).best;
      expect(rules).toEqual([expect.objectContaining({ name: `${target}.json`, kind: 'file', tp, fp, fn, tn })]);
      const lint = await place.json(`calibrate lint ${target}.json`, lintSchema);
      expect(lint).toMatchObject({ target, file: `${target}.json` });
      expect(lint.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it('says where a configuration was fitted otherwise than it is checked', async () => {
    await place.output('calibrate export fit.json --target immuni --out own.json');
    const same = await place.enlab('calibrate check field.csv --preset own.json --bootstrap 0');
    expect(same.stderr).not.toContain('note:');
    const other = await place.enlab(
      'calibrate check field.csv --preset own.json --bootstrap 0 --level exposure --days 3',
    );
    expect(other.stderr).toContain('note: own.json was fitted with level user (here exposure), days 0 (here 3)\n');
  });

  it.each(['cwa-v1', 'dp3t', 'env2-apple', 'env2-google'])('refuses %s, which holds no D x A rule', async (target) => {
    const ran = await place.enlab(`calibrate export fit.json --target ${target} --out refused.json`);
    expectError(ran, 2, 'E-LOSSY', target);
    expect(place.has('refused.json')).toBe(false);
  });

  it('exits 3 on an error and names its line, 0 on warnings', async () => {
    const settings = JSON.parse(place.text('immuni.json'));
    settings.exposure_configuration.duration_bucket_scores = [8, 0, 0, 0, 5, 5, 5, 5];
    place.put('wrong.json', JSON.stringify(settings, null, 2));
    const ran = await place.enlab('calibrate lint wrong.json');
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('error E-CHECK: wrong.json: 1 error');
    const line = place
      .text('wrong.json')
      .slice(0, place.text('wrong.json').indexOf('duration_bucket_scores'))
      .split('\n').length;
    expect(ran.stdout).toMatch(new RegExp(`wrong\\.json:${line + 2}:\\d+\\s+error\\s+not-monotone`));

    place.put('odd.json', JSON.stringify({ ...JSON.parse(place.text('immuni.json')), nonsense: 1 }));
    const warned = await place.enlab('calibrate lint odd.json --format json');
    expect(warned.exitCode).toBe(0);
    expect(JSON.parse(warned.stdout)).toMatchObject({
      data: { findings: 1, errors: 0, warnings: 1 },
      findings: [{ severity: 'warning', rule: 'unknown-key' }],
    });
    const both = JSON.parse(place.text('wrong.json'));
    place.put('both.json', JSON.stringify({ ...both, nonsense: 1 }));
    const { stdout } = await place.enlab('calibrate lint both.json --format json');
    expect(JSON.parse(stdout).data).toEqual({ findings: 2, errors: 1, warnings: 1 });
  });
});

describe('presets', () => {
  it('lists every preset of the contract with its date', async () => {
    const stdout = await place.output('presets');
    for (const { name, date } of allPresets()) expect(stdout).toMatch(new RegExp(`^${name} +${date ?? ''}`, 'm'));
  });

  it('shows one by alias and case, with numbers and sources', async () => {
    const { presets } = JSON.parse(await place.output('presets IMMUNI-2020-06-22 --format json'));
    expect(presets).toHaveLength(1);
    expect(presets[0]).toMatchObject({ name: 'immuni-2020-06-05', parameters: { threshold: 20 } });
    expect(await place.output('presets immuni-2020-06-22')).toMatch(/Source: \S/);
  });
});
