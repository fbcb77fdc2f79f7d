/** device meet: two phones near each other, each hearing the other every five minutes. */
import { Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import type { Db, Minutes, UnixSeconds } from '../../../src/core/units.ts';
import { meeting } from '../../../src/device/meeting.ts';
import { forgotten } from '../../../src/device/memory.ts';
import { isInTheAir } from '../../../src/device/profile.ts';
import { type CommandModule, examples } from '../../command.ts';
import { folderOf, openPhone, savePhone, timeOn } from '../../device/phone.ts';
import type { Edge } from '../../edge.ts';
import { instant, integer, number } from '../../options/values.ts';

interface Flags {
  readonly minutes: Minutes;
  readonly attenuation: Db;
  readonly at?: UnixSeconds;
}

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
  const [a, b] = [openPhone(edge, one), openPhone(edge, other)];
  const silent = [a, b].find(({ profile }) => !isInTheAir(profile));
  if (silent) {
    edge.stderr.write(`${silent === a ? one : other} neither sends nor hears ("device set"): nothing happened\n`);
    return;
  }
  const begin = at ?? timeOn(edge, a);
  // Each phone counts by its own clock, which may be wrong.
  const skew = timeOn(edge, b) - timeOn(edge, a);
  const near = [
    { memory: a.memory, time: begin },
    { memory: b.memory, time: begin + skew },
  ] as const;
  const { memories, scans } = meeting(near, { minutes, attenuation }, edge.entropy);
  for (const [store, phone, memory] of [
    [one, a, memories[0]],
    [other, b, memories[1]],
  ] as const)
    savePhone(edge, store, { ...phone, memory: forgotten(memory, timeOn(edge, phone)) });
  edge.stderr.write(`${one} and ${other} heard each other ${scans} times\n`);
}
