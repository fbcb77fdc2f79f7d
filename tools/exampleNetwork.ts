/**
 * scenarios/networks/office.csv: a week of contacts in an office, made up. `npx tsx tools/exampleNetwork.ts` writes it. People of a
 * team meet often and long, others now and then; Saturday and Sunday are empty.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { keyed } from '../src/core/random.ts';

const file = new URL('../scenarios/networks/office.csv', import.meta.url);
const [TEAMS, TEAM] = [12, 10];
const WORKDAYS = 5;
/** Chance to meet on a day, and the longest such meeting, minutes. */
const near = { chance: 0.5, most: 90 };
const far = { chance: 0.015, most: 20 };

/** "anna" is easier to read than 17, but 120 names are not. */
const nameOf = (person: number): string => `team${Math.floor(person / TEAM) + 1}-${(person % TEAM) + 1}`;

export function exampleNetwork(): string {
  const draws = keyed(2020, 'example network');
  const rows: { readonly time: number; readonly text: string }[] = [];
  for (let day = 0; day < WORKDAYS; day++)
    for (let one = 0; one < TEAMS * TEAM; one++)
      for (let other = one + 1; other < TEAMS * TEAM; other++) {
        const isTeam = Math.floor(one / TEAM) === Math.floor(other / TEAM);
        const { chance, most } = isTeam ? near : far;
        if (draws.uniform() >= chance) continue;
        const minutes = 1 + draws.below(most);
        // From 8 o'clock on, so that all end by 18.
        const time = day * 86_400 + 8 * 3600 + 60 * draws.below(600 - minutes);
        const distance = (1 + draws.uniform() * (isTeam ? 2 : 4)).toFixed(1);
        rows.push({ time, text: `${time},${nameOf(one)},${nameOf(other)},${distance},${minutes}` });
      }
  const ordered = rows.toSorted((one, other) => one.time - other.time);
  return `time,a,b,distance,minutes\n${ordered.map(({ text }) => `${text}\n`).join('')}`;
}

export const committedNetwork = (): string => readFileSync(file, 'utf8');

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync(file, exampleNetwork());
