/**
 * Everybody's exposures to everybody, materialised: `npx tsx bench/exposures.ts [agents] [days]` (docs/benchmarks.md). Shipped contacts and
 * places, all with the app, every day on the level of scans; then the same as lines of a trace.
 */
import { readFileSync } from 'node:fs';
import { presetJudge } from '../calibration/judges.ts';
import { Air } from '../src/population/air.ts';
import { ContactGraph } from '../src/population/contacts.ts';
import { Encounters } from '../src/population/encounters.ts';
import { People } from '../src/population/people.ts';
import { Phones } from '../src/population/phones.ts';
import { exposuresTo, type TracedExposure, type TracingParts } from '../src/population/tracing.ts';
import { type ArmParameters, type RiskReader, resolveScenario } from '../src/scenario/resolve.ts';
import { scanWriter } from '../src/scenario/trace.ts';
import { recordLines } from '../src/trace/write.ts';
import { plainPhones } from '../test/helpers/population.ts';

const SEED = 1;
const [agents, days] = [Number(process.argv[2] ?? 5_000), Number(process.argv[3] ?? 4)];

function partsOf({ population, contacts, radio }: ArmParameters): TracingParts {
  const rings = { group: contacts.group, transport: contacts.transport, random: contacts.random.perDay };
  const graph = new ContactGraph(agents, { households: population.households, ...rings }, SEED);
  const phones = new Phones(plainPhones, new People(population.ages, graph.households, SEED), SEED);
  const air = new Air(
    { models: radio.places, schedule: radio.schedule, level: 'scan', carriage: radio.carriage, bodies: radio.bodies },
    phones,
    SEED,
  );
  return { graph, phones, air, encounters: new Encounters(contacts, SEED) };
}

const riskNamed: RiskReader = (name) => ({ name, source: presetJudge(name).source! });
const text = readFileSync(new URL('../scenarios/nation.yaml', import.meta.url), 'utf8');
const [arm] = resolveScenario(text, 'nation.yaml', riskNamed, { agents }).arms;
const parts = partsOf({
  ...arm!.parameters,
  population: { ...arm!.parameters.population, ages: [{ from: 18, share: 1, uses: 1 }] },
});

/** CPU of this thread, s: others use the machine too. */
const timed = (work: () => void): number => {
  const begin = process.cpuUsage();
  work();
  return process.cpuUsage(begin).user / 1e6;
};

/** Columns of scans, which grow; what the garbage collector need not look at. */
class ScanColumns {
  length = 0;
  #columns = [0, 1, 2, 3].map(() => new Float32Array(1 << 16));

  add(since: number, at: number, typical: number, lowest: number): void {
    if (this.length === this.#columns[0]!.length)
      this.#columns = this.#columns.map((column) => {
        const longer = new Float32Array(2 * column.length);
        longer.set(column);
        return longer;
      });
    const [a, b, c, d] = this.#columns;
    a![this.length] = since;
    b![this.length] = at;
    c![this.length] = typical;
    d![this.length++] = lowest;
  }
}

function inColumns(): number {
  const columns = new ScanColumns();
  const contacts = parts.graph.list();
  for (let day = 1; day <= days; day++)
    for (let agent = 0; agent < agents; agent++) {
      parts.graph.contactsOf(agent, day, contacts);
      for (let row = 0; row < contacts.length; row++) {
        const meeting = {
          day,
          agents: [agent, contacts.other[row]!],
          layer: contacts.layer[row]!,
          index: contacts.index[row]!,
        } as const;
        const heard = parts.air.heardOf(meeting, parts.encounters.of(meeting));
        for (let k = 0; k < heard.length; k++)
          columns.add(heard.since[k]!, heard.at[k]!, heard.typical[k]!, heard.lowest[k]!);
      }
    }
  return columns.length;
}

/** `keep`: all stay in memory, as objects. */
function asExposures(keep: (traced: TracedExposure) => void): number {
  let scans = 0;
  for (let day = 1; day <= days; day++)
    for (let agent = 0; agent < agents; agent++)
      for (const traced of exposuresTo(agent, { from: day, to: day }, parts)) {
        keep(traced);
        scans += traced.exposure.slices.length;
      }
  return scans;
}

function tell(what: string, work: () => number): void {
  let scans = 0;
  const seconds = timed(() => {
    scans = work();
  });
  const rate = Math.round((agents * days) / seconds);
  console.log(
    `${what.padEnd(28)} ${rate} agent-days/CPU-s, ${((seconds * 1e9) / scans).toFixed(0)} ns/scan, ${(scans / agents / days).toFixed(0)} scans an agent-day`,
  );
}

for (const _ of [1, 2, 3]) {
  tell('in columns', inColumns);
  tell('as exposures, let go', () => asExposures(() => {}));
  const kept: TracedExposure[] = [];
  tell('as exposures, kept', () => asExposures((traced) => kept.push(traced)));
  let bytes = 0;
  const writing = timed(() => {
    const { listener, end } = scanWriter(arm!.parameters.truth, (records) => {
      bytes += recordLines(records).length;
    });
    for (const traced of kept) listener.exposure(traced);
    end();
  });
  console.log(`lines of a trace             ${(bytes / 1e6 / writing).toFixed(0)} MB/CPU-s`);
}
