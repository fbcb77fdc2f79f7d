/** A phone that lives on: its background runs up to a time, each when the system lets it. */
import { EnlabError } from '../core/errors.ts';
import { utcDayOf } from '../core/time.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import { type BackgroundMemory, nextWait, type Run, retryWait, SHORTEST_PERIOD, wakeUp } from './background.ts';
import { forgotten, type PhoneMemory } from './memory.ts';
import { type PhonePorts, portsAt } from './ports.ts';
import type { SyncOptions } from './system.ts';
import { systemOf } from './systems.ts';

/** The memory at `to`. What goes wrong stands in its runs; only what no server causes is thrown. */
export async function liveUntil(
  before: PhoneMemory,
  { from, to }: { readonly from: UnixSeconds; readonly to: UnixSeconds },
  options: SyncOptions,
  ports: Omit<PhonePorts, 'clock'>,
): Promise<PhoneMemory> {
  const { profile } = options;
  const wake = wakeUp[profile.background];
  const system = systemOf(profile);
  const planned = (memory: PhoneMemory, due: UnixSeconds): PhoneMemory => ({
    ...memory,
    background: { ...memory.background, due, next: wake(due, ports.entropy) },
  });
  let memory = before.background.next === null ? planned(before, from + before.background.period) : before;
  for (;;) {
    const { due, next } = memory.background;
    const covers = system.coverDue(memory, options) ?? Number.POSITIVE_INFINITY;
    if (Math.min(next!, covers) > to) return forgotten(memory, to);
    // A phone whose clock was moved by other means works off what it missed in one run.
    if (covers < next!) {
      memory = await system.cover(memory, options, portsAt(ports, Math.max(covers, from)));
    } else {
      const time = Math.max(next!, from);
      const run = await runAt(memory, { due: due!, time }, options, portsAt(ports, time));
      memory = planned(run.memory, time + run.wait);
    }
  }
}

interface Done {
  readonly memory: PhoneMemory;
  /** Until the next may begin. */
  readonly wait: Seconds;
}

async function runAt(
  before: PhoneMemory,
  when: Pick<Run, 'due' | 'time'>,
  options: SyncOptions,
  ports: PhonePorts,
): Promise<Done> {
  const { background } = before;
  const { profile } = options;
  const { detectionsADay: most, schedule } = profile;
  const hold = isUsedUp(background, when.time, most) ? `the system allows ${most} detections a day` : undefined;
  try {
    const ran = await systemOf(profile).run(before, { ...options, ...(hold && { hold }) }, ports);
    const held = ran.held ?? ran.refused[0]?.reason;
    const why = held ?? ran.remarks[0] ?? null;
    const run: Run = { ...when, outcome: held === undefined ? 'done' : 'held', why, batches: ran.files.length };
    const period = Math.max(SHORTEST_PERIOD, ran.period);
    const memory = { ...ran.memory, background: withRun({ ...background, period }, run, 0) };
    return { memory, wait: nextWait[schedule](when.time, period, ports.entropy) };
  } catch (error) {
    if (!(error instanceof EnlabError)) throw error;
    const failures = background.failures + 1;
    const run: Run = { ...when, outcome: 'failed', why: error.message, batches: 0 };
    const memory = { ...before, background: withRun(background, run, failures) };
    return { memory, wait: retryWait(failures, background.period, ports.entropy) };
  }
}

const withRun = (background: BackgroundMemory, run: Run, failures: number): BackgroundMemory => ({
  ...background,
  failures,
  runs: [...background.runs, run],
});

const isUsedUp = ({ runs }: BackgroundMemory, time: UnixSeconds, most: number): boolean =>
  runs.filter((run) => run.batches > 0 && utcDayOf(run.time) === utcDayOf(time)).length >= most;
