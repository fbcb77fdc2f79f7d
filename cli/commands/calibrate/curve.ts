/**
 * curve: precision and recall of packets, as the DP-3T field trials plotted them (datasets.md 2). Packets stream by:
 * nothing but counts is kept.
 */
import { Option } from 'commander';
import { Curve } from '../../../calibration/curve.ts';
import { curveDocument } from '../../../calibration/documents/curve.ts';
import { attenuationBy, identities, interruptible, noSignal, openTraces } from '../../../calibration/load.ts';
import type { CurveResult } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import type { OpenTrace } from '../../../src/trace/open.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { importEcho, inputsOf, loadOptionsOf, tracePaths } from '../../judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { number, numbers } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, ShowFlags {
  readonly distance: number;
  readonly thresholds: readonly number[];
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'traces with sightings (packets) and distances')
    .addOption(
      new Option('--distance <m>', 'packets from within are relevant').argParser(number({ min: 0 })).default(2),
    )
    .addOption(
      new Option('--thresholds <dB,...>', 'packets at or below are detected')
        .argParser(numbers)
        .default([50, 55, 60, 63, 70], '50,55,60,63,70'),
    );
  addTraceOptions(command);
  addShowOptions(command);
  examples(command, [
    [
      'enlab calibrate curve lunch.sqlite --distance 1.5 --thresholds 50,55,60,63,70 --device-table 200813',
      'as the field trials printed it',
    ],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const options = loadOptionsOf(edge, flags);
  await withDestinations(edge, { inputs: inputsOf(paths, flags), outputs: [flags.out] }, async ([out]) => {
    const curve = new Curve(flags.distance, flags.thresholds);
    const attenuationOf = attenuationBy(options.table);
    const traces: OpenTrace[] = [];
    for await (const trace of openTraces(tracePaths(edge, paths), options)) {
      traces.push(trace);
      for await (const batch of interruptible(trace.batches, edge.interrupt))
        for (const record of batch) if (record.type === 'sighting') curve.add(record, attenuationOf(record));
      options.table.assertAllKnown();
    }
    if (curve.n + curve.unknown + curve.withoutSignal === 0)
      throw new EnlabError('E-FILE-FORMAT', 'the traces hold no single packets, of which a curve is made', {
        place: { file: paths.join(', ') },
        hint: 'packet logs have them (dp3t-sqlite, pact, robert-hello, contacts-csv); for other traces use calibrate check',
      });
    if (curve.n === 0 && curve.withoutSignal > 0)
      throw noSignal(`no packet has a known signal strength (${curve.withoutSignal} in all)`, paths.join(', '));
    const result: CurveResult = {
      schema: 'enlab.calibrate.curve',
      version: 1,
      options: {
        ...importEcho(flags, traces, options.table),
        distance: flags.distance,
        thresholds: [...flags.thresholds],
      },
      data: {
        n: curve.n,
        unknown: curve.unknown,
        withoutSignal: curve.withoutSignal,
        files: [...(await identities(traces))],
      },
      points: curve.points,
    };
    await show(edge, flags, out, result, curveDocument(result));
  });
}
