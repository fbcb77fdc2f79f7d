/** Names, passwords and attempts of operators. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Attempts,
  isOperatorName,
  isPassword,
  LOCKED,
  MOST_ATTEMPTS,
  newAccount,
  newPassword,
} from '../../../src/backend/console/accounts.ts';
import {
  type Access,
  accessesIn,
  accessLine,
  entryOf,
  FLOOD_PERIOD,
  lastAccess,
  MANY,
  MOST_REFUSALS,
  TRAIL_KEPT,
} from '../../../src/backend/console/trail.ts';
import { addAccess, openTrail, readAccounts, writeAccounts } from '../../../src/backend/files.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';

const NOW = 1_600_000_000;
const entropy = keyedEntropy(1, 'accounts');

let place: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  place = temporaryFolder();
});
afterEach(() => {
  place.remove();
});

describe('names', () => {
  it.each(['anna', 'anna.rossi', 'a', '7-up', 'x'.repeat(32)])('"%s" is one', (name) => {
    expect(isOperatorName(name)).toBe(true);
  });

  it.each(['', 'Anna', 'anna rossi', '.anna', '-anna', 'anna\n', '__proto__', 'x'.repeat(33), 'ännchen'])(
    '"%s" is none',
    (name) => {
      expect(isOperatorName(name)).toBe(false);
    },
  );
});

describe('passwords', () => {
  it('are made of symbols that nobody takes for each other, and differ', () => {
    const made = Array.from({ length: 50 }, () => newPassword(entropy));
    for (const password of made) expect(password).toMatch(/^([a-hj-kmnp-z1-9]{5}-){3}[a-hj-kmnp-z1-9]{5}$/);
    expect(new Set(made).size).toBe(50);
  });

  it('are told from others, also of nobody', async () => {
    const accounts = { anna: await newAccount('right', entropy), bruno: await newAccount('right', entropy) };
    expect(await isPassword(accounts, 'anna', 'right')).toBe(true);
    expect(await isPassword(accounts, 'anna', 'wrong')).toBe(false);
    expect(await isPassword(accounts, 'nobody', 'right')).toBe(false);
    expect(await isPassword(accounts, 'toString', 'right')).toBe(false);
    expect(await isPassword({}, 'anna', '')).toBe(false);
    // The same password is not to be seen to be the same.
    expect(accounts.anna.hash).not.toEqual(accounts.bruno.hash);
  });
});

describe('attempts', () => {
  it('lock a name, and only that, for a quarter of an hour', () => {
    const attempts = new Attempts();
    for (let k = 0; k < MOST_ATTEMPTS; k++) {
      expect(attempts.isLocked('anna', NOW + k)).toBe(false);
      attempts.failed('anna', NOW + k);
    }
    expect(attempts.isLocked('anna', NOW + MOST_ATTEMPTS)).toBe(true);
    expect(attempts.isLocked('bruno', NOW + MOST_ATTEMPTS)).toBe(false);
    expect(attempts.isLocked('anna', NOW + LOCKED - 1)).toBe(true);
    expect(attempts.isLocked('anna', NOW + LOCKED)).toBe(false);
  });

  it('are forgotten when somebody logs in', () => {
    const attempts = new Attempts();
    for (let k = 1; k < MOST_ATTEMPTS; k++) attempts.failed('anna', NOW);
    attempts.succeeded('anna');
    attempts.failed('anna', NOW);
    expect(attempts.isLocked('anna', NOW)).toBe(false);
  });

  it('of many names do not fill the memory, and the newest still count', () => {
    const attempts = new Attempts();
    for (let k = 0; k < 20_000; k++) attempts.failed(`name${k}`, NOW);
    for (let k = 0; k < MOST_ATTEMPTS; k++) attempts.failed('anna', NOW);
    expect(attempts.isLocked('anna', NOW)).toBe(true);
  });

  it('are locked after any five within a quarter of an hour, and never with fewer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 * LOCKED }), { maxLength: 20 }), (offsets) => {
        const attempts = new Attempts();
        const times = offsets.toSorted((a, b) => a - b).map((offset) => NOW + offset);
        for (const time of times) attempts.failed('anna', time);
        const now = times.at(-1) ?? NOW;
        const recent = times.filter((time) => time > now - LOCKED).length;
        expect(attempts.isLocked('anna', now)).toBe(recent >= MOST_ATTEMPTS);
      }),
    );
  });
});

describe('files', () => {
  it('hold operators for their owner only', async () => {
    expect(readAccounts(place.folder)).toEqual({});
    const accounts = { anna: await newAccount('right', entropy) };
    writeAccounts(place.folder, accounts);
    expect(await isPassword(readAccounts(place.folder), 'anna', 'right')).toBe(true);
    expect(statSync(`${place.folder}/operators.json`).mode & 0o777).toBe(0o600);
  });

  it.each(['{', '[]', '{"anna":{}}', '{"anna":{"salt":"!","hash":""}}', ''])('that hold "%s" are refused', (text) => {
    writeFileSync(`${place.folder}/operators.json`, text);
    expect(() => readAccounts(place.folder)).toThrow('the operators of this backend cannot be read');
  });

  it('keep the trail for half a year, and leave out what is no entry', () => {
    const access = (time: number, operator = 'anna') => ({ time, operator, action: 'login', outcome: 'done' }) as const;
    expect(openTrail(place.folder, NOW)).toEqual([]);
    addAccess(place.folder, access(NOW - TRAIL_KEPT - 1));
    addAccess(place.folder, access(NOW - 10));
    addAccess(place.folder, access(NOW - 5, 'bruno'));
    writeFileSync(`${place.folder}/access.ndjson`, '{"time":1600000000,"oper', { flag: 'a' });
    const trail = openTrail(place.folder, NOW);
    expect(trail).toEqual([access(NOW - 10), access(NOW - 5, 'bruno')]);
    expect(readFileSync(`${place.folder}/access.ndjson`, 'utf8')).toBe(trail.map(accessLine).join(''));
    expect(lastAccess(trail, 'anna')).toEqual(access(NOW - 10));
    expect(lastAccess(trail, 'carla')).toBeUndefined();
  });

  describe('of a flood', () => {
    const refusal = (time: number, action = 'wrong password'): Access => ({
      time,
      operator: 'x',
      action,
      outcome: 'refused',
    });
    const after = (accesses: readonly Access[]): readonly Access[] =>
      accesses.reduce<readonly Access[]>(
        (trail, one) => [...trail, ...[entryOf(one, trail)].filter((e) => e !== undefined)],
        [],
      );
    const flood = Array.from({ length: 1000 }, (_, k) => refusal(NOW + k / 10));

    it('keep the first refusals, and that there were many', () => {
      const trail = after(flood);
      expect(trail).toHaveLength(MOST_REFUSALS);
      expect(trail.map(({ operator }) => operator)).toEqual([...Array(MOST_REFUSALS - 1).fill('x'), MANY]);
    });

    it('keep what is of another kind, and what is done', () => {
      const done: Access = { time: NOW + 101, operator: 'anna', action: 'wrong password', outcome: 'done' };
      const other = refusal(NOW + 102, 'wrong captcha');
      expect(after([...flood, done, other, { ...done, action: 'login' }]).slice(MOST_REFUSALS)).toEqual([
        done,
        other,
        { ...done, action: 'login' },
      ]);
    });

    it('keep refusals again when the flood is over', () => {
      const later = refusal(NOW + 100 + FLOOD_PERIOD);
      expect(after([...flood, later]).at(-1)).toEqual(later);
    });
  });

  it.each(['', 'null', '{}', '{"time":"x"}', '[1]', '\u0000'])('a trail of "%s" has no entries', (text) => {
    expect(accessesIn(text, NOW)).toEqual([]);
  });
});
