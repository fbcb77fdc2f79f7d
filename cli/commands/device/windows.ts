/** device windows: what the second version of the framework would report, in the JSON that "trace import" reads. */
import { defined } from '../../../src/core/object.ts';
import type { ExposureWindow } from '../../../src/core/records.ts';
import { SECONDS_PER_DAY } from '../../../src/core/units.ts';
import { type CommandModule, examples } from '../../command.ts';
import { addStoreOption, openPhone, type StoreFlags } from '../../device/phone.ts';
import { withDestinations } from '../../files.ts';

interface Flags extends StoreFlags {
  readonly out?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  addStoreOption(command).option('--out <file>', 'where it goes (default: stdout)');
  examples(command, [
    ['enlab device windows --store out/bruno --out out/windows.json', 'for "enlab replay out/windows.json"'],
  ]);
  command.action(({ store, out }: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [out ?? '-'] }, async ([to]) => {
      const { windows } = openPhone(edge, store).memory;
      to!.write(`${JSON.stringify(windows.map(asAndroid), null, 2)}\n`);
    }),
  );
};

/** In the spelling of Android's API. */
const asAndroid = ({ day, reportType, infectiousness, scans }: ExposureWindow) =>
  defined({
    dateMillisSinceEpoch: day * SECONDS_PER_DAY * 1000,
    reportType,
    infectiousness,
    scanInstances: scans.map(({ seconds, typical, min }) => ({
      typicalAttenuationDb: typical,
      minAttenuationDb: min,
      secondsSinceLastScan: seconds,
    })),
  });
