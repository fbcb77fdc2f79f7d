/** presets: the published parameter sets, as a list or one with its numbers and sources. */
import type { ReportDocument } from '../../src/core/document.ts';
import type { Preset } from '../../src/risk/model.ts';
import { allPresets, findPreset } from '../../src/risk/presets.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { withDestinations } from '../files.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

export const define: CommandModule['define'] = (command, edge) => {
  command.argument('[name]', 'one set, with its numbers and sources');
  addShowOptions(command);
  examples(command, [
    ['enlab presets', 'all of them'],
    ['enlab presets immuni-2020-06-05 --format json', 'one, for scripts'],
  ]);
  command.action((name: string | undefined, flags: ShowFlags) => act(edge, name, flags));
};

async function act(edge: Edge, name: string | undefined, flags: ShowFlags): Promise<void> {
  const presets = name === undefined ? allPresets() : [findPreset(name)];
  const result = {
    schema: 'enlab.presets',
    version: 1,
    options: { name: name ?? null },
    data: { n: presets.length },
    presets,
  };
  const document = name === undefined ? listDocument(presets) : presetDocument(presets[0]!);
  await withDestinations(edge, { inputs: [], outputs: [flags.out] }, ([out]) =>
    show(edge, flags, out, result, document),
  );
}

/** One preset a row; numbers and sources are shown one preset at a time. */
const listDocument = (presets: readonly Preset[]): ReportDocument => ({
  title: 'Published parameter sets',
  summary: [],
  sections: [
    {
      id: 'presets',
      title: 'Presets',
      blocks: [
        {
          kind: 'table',
          name: 'presets',
          caption: `${presets.length} sets; "enlab presets NAME" shows numbers and sources`,
          columns: [
            { key: 'name', label: 'name' },
            { key: 'date', label: 'date' },
            { key: 'model', label: 'model' },
            { key: 'title', label: 'what it is' },
            { key: 'aliases', label: 'also' },
          ],
          rows: presets.map(({ name, date, model, title, aliases }) => ({
            name,
            date: date ?? '',
            model,
            title,
            aliases: aliases.join(', '),
          })),
        },
      ],
    },
  ],
  provenance: {},
});

/** Parameters as they stand in JSON: models differ too much for columns. */
const presetDocument = (preset: Preset): ReportDocument => ({
  title: `${preset.name}: ${preset.title}`,
  summary: [`Model ${preset.model}, ${preset.date ?? 'undated'}.`, ...preset.notes],
  sections: [
    {
      id: 'parameters',
      title: 'Parameters',
      blocks: [
        {
          kind: 'table',
          name: 'parameters',
          caption: 'Parameters (D1..D8, A1..A8: index 1 is the lowest risk)',
          columns: [
            { key: 'name', label: 'parameter' },
            { key: 'value', label: 'value' },
          ],
          rows: Object.entries(preset.parameters as object).map(([name, value]) => ({
            name,
            value: JSON.stringify(value),
          })),
        },
        { kind: 'text', paragraphs: preset.sources.map((source) => `Source: ${source}`) },
      ],
    },
  ],
  provenance: {},
});
