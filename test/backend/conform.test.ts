/** Every rule of backend spec A over HTTP, in both columns; and that the rules notice a server that breaks them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conform, type Need, type Verdict } from '../../src/backend/conform/conform.ts';
import { conformServices, type Rule, type Trial } from '../../src/backend/conform/trial.ts';
import { cwaConformRules } from '../../src/backend/cwa/conform/rules.ts';
import { immuniConformRules } from '../../src/backend/immuni/conform/rules.ts';
import { clockEndpoint, extractEndpoint, publishEndpoint, statusEndpoint } from '../../src/backend/operator.ts';
import type { Behaviour } from '../../src/backend/rules.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { ReplyMessage } from '../../src/protocol/wire/messages.ts';
import { NOON, temporaryFolder } from '../helpers/immuniBackend.ts';
import { runBackend } from '../helpers/runningBackend.ts';

const everything = { services: new Set<string>(conformServices), can: new Set<Need>(['authorise', 'operate', 'move']) };

async function verdicts(rules: readonly Rule[], trial: Trial, tested = everything): Promise<readonly Verdict[]> {
  const all: Verdict[] = [];
  for await (const verdict of conform(rules, trial, tested)) all.push(verdict);
  return all;
}

type Running = Awaited<ReturnType<typeof runBackend>>;

async function trialOf(backend: Running): Promise<Trial> {
  const { url, operator } = backend;
  const ask: Running['ask'] = (...given) => backend.ask(...given);
  const clock = { now: JSON.parse((await ask(statusEndpoint, {}, operator)).text).now as number };
  return {
    now: () => clock.now,
    entropy: keyedEntropy(7, 'conform'),
    ask: async (service, { method, path, headers, body }): Promise<ReplyMessage> => {
      const given = { ...headers, ...(service === 'otp' && operator) };
      const known = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: known,
        ...(body.length > 0 && { body: body as Uint8Array<ArrayBuffer> }),
      });
      return {
        status: reply.status,
        headers: Object.fromEntries(reply.headers),
        body: new Uint8Array(await reply.arrayBuffer()),
      };
    },
    publish: async () => void (await ask(publishEndpoint, {}, operator)),
    extract: async () => (await ask(extractEndpoint, {}, operator)).text,
    move: async (seconds) => {
      clock.now = JSON.parse((await ask(clockEndpoint, { body: { seconds } }, operator)).text).now;
    },
  };
}

const place = { folder: '', remove: () => {} };
beforeEach(() => Object.assign(place, temporaryFolder()));
afterEach(() => place.remove());

/** Rules of time and state, which --behaviour chooses. */
const immuniChosen = [
  'upload: a phone whose clock is 40 minutes fast',
  'upload: an exposure of 2,345 s in the reports',
  'keys: half an hour after an upload',
  'upload: a report after 14 days',
];
const cwaChosen = [
  'TAN: asked for twice',
  'distribution: 139 keys in an hour',
  'distribution: 140 keys in an hour, one of them of level 2',
];
const systems = [
  ['immuni', immuniConformRules, immuniChosen],
  ['cwa', cwaConformRules, cwaChosen],
] as const;

describe.each(systems)('%s', (system, rules, choices) => {
  it.each<Behaviour>(['documented', 'deployed'])(
    'as %s follows every rule; wire forms are as deployed',
    async (behaviour) => {
      const settings = system === 'immuni' ? { minimum_build_version: 1 } : {};
      const backend = await runBackend(place.folder, { system, behaviour, settings });
      try {
        const found = await verdicts(rules, await trialOf(backend));
        const of = (...outcomes: readonly Verdict['outcome'][]) =>
          found.filter(({ outcome }) => outcomes.includes(outcome));
        expect(of('differs', 'not tested')).toEqual([]);
        const chosen = found.filter(({ what }) => choices.includes(what)).map(({ outcome }) => outcome);
        expect(chosen).toEqual(choices.map(() => `as ${behaviour}`));
        expect(of('as documented')).toHaveLength(behaviour === 'documented' ? choices.length : 0);
        expect(found.length).toBe(rules.length);
      } finally {
        await backend.close();
      }
    },
  );
});

describe.each(systems)('the rules of %s', (system, rules) => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const answering = (reply: ReplyMessage): Trial => ({
    now: () => NOON,
    entropy: keyedEntropy(7, 'conform'),
    ask: async () => reply,
    publish: async () => {},
    extract: async () => '',
    move: async () => {},
  });

  it('have names of their own', () => {
    const names = rules.map(({ what }) => what);
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
  });

  it.each([
    ['500', { status: 500, headers: {}, body: bytes('{"error_code":1000}') }],
    ['500 without body', { status: 500, headers: {}, body: bytes('') }],
    ['502 and a page', { status: 502, headers: {}, body: bytes('<html>') }],
    ['302', { status: 302, headers: { location: '/' }, body: bytes('') }],
  ])('are all broken by a server that says %s to everything', async (_name, reply) => {
    const found = await verdicts(rules, answering(reply));
    const untested = found.filter(({ outcome }) => outcome !== 'differs').map(({ what }) => what);
    // Without an index there is no batch to look at.
    const aboutBatches = ['keys: the newest batch', 'keys: a batch that has not changed'];
    // What the Corona-Warn-App answers with 500, it answers so as deployed.
    const broken = rules.filter(({ deployed }) => reply.body.length === 0 && deployed === String(reply.status));
    expect(untested).toEqual(system === 'immuni' ? aboutBatches : broken.map(({ what }) => what));
  });

  it('are broken by a server that takes everything, wherever something must be refused', async () => {
    const found = await verdicts(rules, answering({ status: 204, headers: {}, body: bytes('') }));
    const refusing = rules.filter(({ deployed }) => deployed.startsWith('4')).map(({ what }) => what);
    const passed = found.filter(({ outcome, what }) => outcome !== 'differs' && refusing.includes(what));
    // Where the documents are silent or looser, taking it is following them.
    const looser = rules.filter(({ documented }) => documented === '204').map(({ what }) => what);
    expect(passed.map(({ what }) => what)).toEqual(looser);
  });

  it('say what they would need', async () => {
    const nothing = { services: new Set(['get', 'upload']), can: new Set<Need>() };
    const found = await verdicts(rules, answering({ status: 500, headers: {}, body: bytes('') }), nothing);
    const reasons = new Set(found.filter(({ outcome }) => outcome === 'not tested').map(({ detail }) => detail));
    expect([...reasons].toSorted()).toEqual([
      'only where passwords can be authorised',
      'only where the address of this service is known',
      ...(system === 'immuni' ? ['the server has nothing yet that the rule is about'] : []),
    ]);
  });
});
