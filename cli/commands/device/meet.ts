/** device meet: two phones near each other, each hearing the other every five minutes. */
import { Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import type { Db, Dbm, Minutes, Seconds, UnixSeconds } from '../../../src/core/units.ts';
import { broadcast, hear, type ReceivedFrame } from '../../../src/device/broadcasting.ts';
import { forgotten } from '../../../src/device/memory.ts';
import { isInTheAir } from '../../../src/device/profile.ts';
import { type CommandModule, examples } from '../../command.ts';
import { folderOf, type OpenPhone, openPhone, savePhone, timeOn } from '../../device/phone.ts';
import type { Edge } from '../../edge.ts';
import { instant, integer, number } from '../../options/values.ts';

interface Flags {
  readonly minutes: Minutes;
  readonly attenuation: Db;
  readonly at?: UnixSeconds;
}

/** What most phones of the device table send at. */
const POWER: Dbm = -20;
/** Between two scans of the framework. */
const SCAN_INTERVAL: Seconds = 300;

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<store>', 'one phone').argument('<store2>', 'the other');
  command
    .requiredOption('--minutes <n>', 'how long', integer({ min: 1, max: 1440 }))
    .requiredOption('--attenuation <dB>', 'how much is lost between them', number({ min: 0, max: 100 }))
    .addOption(new Option('--at <time>', 'begin, by the clock of the first (default: now)').argParser(instant));
  examples(command, [['enlab device meet out/anna out/bruno --minutes 20 --attenuation 50', 'as in a restaurant']]);
  command.action((one: string, other: string, flags: Flags) => {
    if (folderOf(edge, one) === folderOf(edge, other))
      throw new EnlabError('E-USAGE', 'a phone does not meet itself', { hint: 'name two stores' });
    meet(edge, one, other, flags);
  });
};

function meet(edge: Edge, one: string, other: string, { minutes, attenuation, at }: Flags): void {
  let [a, b] = [openPhone(edge, one), openPhone(edge, other)];
  const silent = [a, b].find(({ profile }) => !isInTheAir(profile));
  if (silent) {
    edge.stderr.write(`${silent === a ? one : other} neither sends nor hears ("device set"): nothing happened\n`);
    return;
  }
  const begin = at ?? timeOn(edge, a);
  // Each phone counts by its own clock, which may be wrong.
  const skew = timeOn(edge, b) - timeOn(edge, a);
  const rssi = Math.round(POWER - attenuation);
  const heardBy: [ReceivedFrame[], ReceivedFrame[]] = [[], []];
  for (let elapsed = 0; elapsed <= minutes * 60; elapsed += SCAN_INTERVAL) {
    const [timeA, timeB] = [begin + elapsed, begin + elapsed + skew];
    const [sentA, sentB] = [sent(edge, a, timeA), sent(edge, b, timeB)];
    [a, b] = [sentA.phone, sentB.phone];
    heardBy[0].push({ time: timeA, frame: sentB.frame, rssi });
    heardBy[1].push({ time: timeB, frame: sentA.frame, rssi });
  }
  for (const [store, phone, heard] of [
    [one, a, heardBy[0]],
    [other, b, heardBy[1]],
  ] as const)
    savePhone(edge, store, { ...phone, memory: hear(forgotten(phone.memory, timeOn(edge, phone)), heard) });
  edge.stderr.write(`${one} and ${other} heard each other ${heardBy[0].length} times\n`);
}

function sent(
  edge: Edge,
  phone: OpenPhone,
  time: UnixSeconds,
): { readonly phone: OpenPhone; readonly frame: Uint8Array } {
  const { memory, frame } = broadcast(phone.memory, time, POWER, edge.entropy);
  return { phone: { ...phone, memory }, frame };
}
