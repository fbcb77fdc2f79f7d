import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { differenceTo, manifestText } from '../../src/scenario/manifest.ts';
import { merged, type PlainObject } from '../../src/scenario/merge.ts';
import { refused, resolved, smallTown } from '../helpers/scenario.ts';

describe('a scenario', () => {
  it('needs no more than a title: all else is shipped, with sources', () => {
    const { arms, days, seed, sources } = resolved('title: x\n');
    expect({ days, seed }).toEqual({ days: 60, seed: 1 });
    expect(arms.map(({ name, parameters }) => [name, parameters.app.adoption])).toEqual([
      ['no-app', 0],
      ['default', 0.4],
    ]);
    expect(sources['disease.incubationDays']).toMatch(/Lauer/);
    expect(arms[1]!.parameters.app.risk).toMatchObject({ name: 'immuni-2020-06-05', source: { model: 'immuni' } });
  });

  it('lies above what is shipped, and its arms above it', () => {
    const { arms } = resolved(
      'title: x\ntesting: { tested: 0.5 }\narms:\n  a:\n  b: { testing: { tested: 0.9 }, population: { households: [1] } }\n',
    );
    expect(arms.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(arms.map(({ parameters: { testing } }) => [testing.tested, testing.sensitivity])).toEqual([
      [0.5, 0.9],
      [0.9, 0.9],
    ]);
    expect(arms[1]!.parameters.population.households).toEqual([1]);
  });

  it('does what a command line says otherwise', () => {
    const { arms, days, seed, replicates } = resolved('title: x\nreplicates: 7\n', {
      agents: 77,
      days: 5,
      seed: 9,
      arms: ['default', 'tuned=attenuation<=63 minutes>=15', 'swiss=swisscovid-2020-09-10'],
      replicates: undefined,
    });
    expect({ days, seed, replicates }).toEqual({ days: 5, seed: 9, replicates: 7 });
    expect(arms.map(({ name, parameters: { app, population } }) => [name, app.risk.name, population.agents])).toEqual([
      ['default', 'immuni-2020-06-05', 77],
      ['tuned', 'attenuation<=63 minutes>=15', 77],
      ['swiss', 'swisscovid-2020-09-10', 77],
    ]);
  });

  it('does not keep the source of what it says otherwise', () => {
    const said =
      'title: x\npopulation: { households: [1] }\ndisease: { incubationDays: { median: 6 } }\napp: { youngest: { value: 6, source: a school } }\n';
    const { sources } = resolved(said);
    expect(sources['population.households']).toBeUndefined();
    // A part of it is another: what is left is not what the source says.
    expect(sources['disease.incubationDays']).toBeUndefined();
    expect(sources['app.youngest']).toBe('a school');
    expect(sources['disease.symptomatic']).toMatch(/Buitrago/);
    // The first arm is what the report shows.
    expect(resolved('title: x\narms: { a: { app: { adoption: 0.9 } }, b: }\n').sources['app.adoption']).toBeUndefined();
    expect(resolved('title: x\narms: { b: , a: { app: { adoption: 0.9 } } }\n').sources['app.adoption']).toBe(
      'assumption',
    );
  });

  it('has places by name, which may be changed in parts, with their sources', () => {
    const { arms, sources } = resolved(
      'title: x\nradio: { places: { group: bus, random: { exponent: 2 } } }\narms: { a: , b: { radio: { places: { group: { limit: 90 }, transport: lunch } } } }\n',
    );
    const [a, b] = arms.map(({ parameters }) => parameters.radio.places);
    expect(a!.group).toMatchObject({ atOneMetre: 74.4, exponent: 0.22, limit: 105 });
    expect(a!.random).toMatchObject({ atOneMetre: 55.1, exponent: 2 });
    expect([a!.household.atOneMetre, a!.transport.atOneMetre]).toEqual([53.8, 63.9]);
    expect(b!.group).toMatchObject({ atOneMetre: 74.4, limit: 90 });
    expect(b!.transport.atOneMetre).toBe(55.1);
    expect(sources['radio.places.group']).toMatch(
      /^bus of Leith and Farrell 2020, 60 pairs: 74.4 dB at 1 m \(72.6 to 76.7\)/,
    );
    expect(sources['radio.places.transport']).toMatch(/^tram/);
    expect(sources['radio.places.random']).toBeUndefined();
  });

  it('changes on days, in their order, in all arms or in some', () => {
    const { arms } = resolved(
      'title: x\nchanges:\n  - { day: 9, arms: [default], set: { app: { risk: swisscovid-2020-09-10, uploads: 1 } } }\n  - { day: 3, set: { behaviour: { complies: 0.1 } } }\n',
    );
    expect(arms[0]!.changes).toEqual([{ day: 3, behaviour: { complies: 0.1 } }]);
    expect(arms[1]!.changes).toMatchObject([
      { day: 3 },
      { day: 9, uploads: 1, risk: { name: 'swisscovid-2020-09-10' } },
    ]);
  });

  it('leaves out checks of arms that do not run', () => {
    const text = 'title: x\nchecks: [default.warned > 0, default.warned > no-app.warned]\n';
    const { checks, unchecked } = resolved(text, { arms: ['default'] });
    expect(checks.map(({ text: own }) => own)).toEqual(['default.warned > 0']);
    expect(unchecked).toEqual(['default.warned > no-app.warned']);
  });

  it.each([
    [1, ['default.warned > 1'], ['high(default.warned - no-app.warned) < 0', 'low( default.warned ) > 3']],
    [2, ['default.warned > 1', 'high(default.warned - no-app.warned) < 0', 'low( default.warned ) > 3'], []],
  ])(
    'with %i replicates on the command line leave out checks of intervals that are not there',
    (replicates, kept, left) => {
      const texts = ['default.warned > 1', 'high(default.warned - no-app.warned) < 0', 'low( default.warned ) > 3'];
      const { checks, unchecked } = resolved(`title: x\nreplicates: 5\nchecks: ${JSON.stringify(texts)}\n`, {
        replicates,
      });
      expect([checks.map(({ text }) => text), unchecked]).toEqual([kept, left]);
    },
  );
});

describe('bad input', () => {
  it.each([
    ['days: 3\n', /title: it is missing: a string/, 1, 1],
    ['title: x\ndayz: 3\n', /a scenario has no dayz/, 2, 1],
    ['title: x\nbehavior: { complies: 1 }\n', /a scenario has no behavior/, 2, 1],
    ['title: x\napp:\n  adopton: 0.4\n', /app has no adopton/, 3, 3],
    ['title: x\napp: { adoption: 40 }\n', /app.adoption: it must be at most 1/, 2, 18],
    ['title: x\napp: { adoption: "40 %" }\n', /app.adoption: it must be a number, not "40 %"/, 2, 18],
    ['title: x\napp: 5\n', /app: it must be an object, not 5/, 2, 6],
    ['title: x\ndays: 0\n', /days: it must be at least 1/, 2, 7],
    ['title: x\ndays: 1.5\n', /days: it must be a whole number/, 2, 7],
    ['title: x\nseed: -1\n', /seed: it must be at least 0/, 2, 7],
    ['title: x\npopulation: { agents: 0 }\n', /population.agents: it must be at least 2/, 2, 23],
    ['title: x\npopulation: { agents: 5 }\n', /population.agents: fewer people than disease.firstInfected/, 2, 23],
    ['title: x\npopulation: { households: [0, 0] }\n', /households: one of the weights must be above 0/, 2, 27],
    ['title: x\npopulation: { households: [] }\n', /households: it needs at least 1 entry/, 2, 27],
    ['title: x\ndays: 30 d\n', /days: it must be a number, not "30 d"/, 2, 7],
    // Lists are replaced as a whole: those that ship have nothing to do with it.
    ['title: x\npopulation: { ages: [{ from: 6, shares: 1, uses: 1 }] }\n', /ages.0 has no shares/, 2, 33],
    ['title: x\npopulation: { ages: [{ from: 6, uses: 1 }] }\n', /ages.0.share: it is missing/, 2, 22],
    ['title: x\narms: { a: { population: { ages: [{ from: 6, uses: 1 }] } } }\n', /ages.0.share: it is missing/, 2, 35],
    ['title: x\ntesting: { waitDays: { median: -3 } }\n', /testing.waitDays.median: it must be at least 0/, 2, 32],
    ['title: x\nradio: { schedule: { jitter: 300 } }\n', /jitter must be less than interval/, 2, 20],
    ['title: x\nradio: { places: { group: offcie } }\n', /there is no place offcie/, 2, 27],
    ['title: x\narms: { a: { radio: { places: { random: beach } } } }\n', /there is no place beach/, 2, 41],
    ['title: x\nradio: { places: { bus: {} } }\n', /radio.places has no bus/, 2, 20],
    ['title: x\narms: { a: { app: { adoption: 2 } } }\n', /app.adoption: it must be at most 1/, 2, 31],
    ['title: x\narms: { "a b": {} }\n', /a name has letters/, 2, 16],
    ['title: x\narms: { a: { apps: {} } }\n', /a scenario has no apps/, 2, 14],
    ['title: x\narms: { a-: {} }\n', /a name has letters/, 2, 13],
    ['title: x\narms: { a: 5 }\n', /it must be an object/, 2, 12],
    ['title: x\napp: { risk: immuni-2020-06 }\n', /there is no preset "?immuni-2020-06/, 2, 14],
    ['title: x\nchanges: [{ day: 61, set: {} }]\n', /a change on day 61 of a run of 60 days/, 2, 18],
    ['title: x\nchanges: [{ day: 6, arms: [defalt], set: {} }]\n', /there is no arm defalt/, 2, 28],
    ['title: x\nchanges: [{ day: 6, set: { app: { adoption: 1 } } }]\n', /has no adoption/, 2, 35],
  ])('%j', (text, message, line, column) => {
    const error = refused(text);
    expect(error).toMatchObject({
      code: expect.stringMatching(/^E-(FILE-INVALID|PRESET)/),
      message: expect.stringMatching(message),
    });
    expect([error.place?.line, error.place?.column]).toEqual([line, column]);
  });

  it.each([
    ['title: x\nbehavior: {}\n', 'did you mean behaviour?'],
    ['title: x\napp:\n  adopton: 0.4\n', 'did you mean adoption?'],
    ['title: x\npopulation: { ages: [{ from: 6, shares: 1, uses: 1 }] }\n', 'did you mean share?'],
    ['title: x\ncontacts: { netwrk: {} }\n', 'did you mean network?'],
    ['title: x\napp: { adoption: 40 }\n', '0.4 is 40 %'],
    ['title: x\ntags: [a]\nchek: []\n', 'did you mean checks?'],
    ['title: x\napp: { qqqqqqqq: 1 }\n', /it may have: risk, adoption/],
  ])('%j has a suggestion', (text, hint) => {
    expect(refused(text).hint).toMatch(hint);
  });

  it.each([
    [['defalt'], 'there is no arm defalt'],
    [['default', 'default'], 'two arms have the name default'],
    [['tuned'], 'there is no arm tuned'],
  ])('arms %j', (arms, message) => {
    expect(refused('title: x\n', { arms })).toMatchObject({ code: 'E-USAGE', message });
  });
});

describe('a manifest', () => {
  it('is a scenario that runs the same', () => {
    const scenario = resolved(
      `${smallTown}arms:\n  a: { app: { risk: "attenuation<=60 minutes>=10" } }\n  b: { testing: { tested: 1 } }\nchecks: [a.warned >= 0]\nchanges: [{ day: 4, set: { app: { risk: stopp-corona } } }]\n`,
    );
    const again = resolved(manifestText(scenario, { enlab: '1' }));
    expect(again.arms).toEqual(scenario.arms);
    expect({ ...again, arms: 0, sources: 0, checks: 0 }).toEqual({ ...scenario, arms: 0, sources: 0, checks: 0 });
    expect(again.checks.map(({ text }) => text)).toEqual(['a.warned >= 0']);
  });
});

describe('layers', () => {
  const value = fc.letrec<{ tree: PlainObject; node: unknown }>((tie) => ({
    tree: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), tie('node'), { maxKeys: 3 }),
    node: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(fc.integer()), tie('tree')),
  })).tree;

  it('give back what was taken apart: an object over what it lies above', () => {
    fc.assert(
      fc.property(value, value, (below, above) => {
        const whole = merged(below, above) as PlainObject;
        expect(merged(below, differenceTo(below, whole))).toEqual(whole);
      }),
    );
  });

  it('replace a rule as a whole', () => {
    const [low, high] = [{ risk: { name: 'a', source: { model: 'x', only: 1 } }, other: 1 }, { risk: { name: 'b' } }];
    expect(merged(low, high)).toEqual({ risk: { name: 'b' }, other: 1 });
    expect(merged(low, {})).toEqual(low);
    expect(differenceTo(low, { ...low, ...high })).toEqual(high);
  });

  it('change nothing with an empty one, and above all where they say so', () => {
    fc.assert(
      fc.property(value, (own) => {
        expect(merged(own, {})).toEqual(own);
        expect(merged({}, own)).toEqual(own);
        expect(merged(own, own)).toEqual(own);
      }),
    );
  });
});

describe('the schema for editors', () => {
  const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(text('schemas/scenario.generated.json')));

  it.each([
    ['{ title: x }', true],
    ['{ title: x, app: { adoption: { value: 0.2, source: guess } } }', true],
    ['{ title: x, app: { value: { adoption: 0.2 }, source: guess } }', true],
    ['{ title: x, arms: { a: , b: { testing: { tested: 1 } } } }', true],
    ['{ title: x, arms: { a: { testing: { tested: 2 } } } }', false],
    ['{ title: x, app: { adopton: 0.2 } }', false],
    ['{ title: x, app: { adoption: 2 } }', false],
    ['{ title: x, radio: { places: { group: bus, random: { exponent: 2 } } } }', true],
    ['{ title: x, radio: { places: { beach: bus } } }', false],
    ['{ days: 3 }', false],
    ['{ title: x, system: immuni, actors: { a: }, timeline: [{ at: +1d, sync: a }] }', true],
    ['{ title: x, system: immuni, actors: { a: }, timeline: [{ at: +1d, snyc: a }] }', false],
    ['{ title: x, system: robert, actors: { a: }, timeline: [{ sync: a }] }', false],
    ['{ title: x, exposures: { a: minutes=5 }, rules: [{ rule: r, alerts: [a] }] }', true],
    ['{ title: x, exposures: { a: minutes=5 }, rules: [{ rule: r }] }', false],
  ])('says of %s: %s', (yaml, isValid) => {
    expect(validate(parse(yaml))).toBe(isValid);
  });

  it('takes what is shipped', () => {
    expect(validate({ title: 'base', ...parse(text('scenarios/parameters/base.yaml')) })).toBe(true);
    const places = parse(text('scenarios/parameters/places.yaml')) as Record<string, unknown>;
    for (const group of Object.values(places))
      expect(validate({ title: 'x', radio: { places: { group } } })).toBe(true);
  });
});
