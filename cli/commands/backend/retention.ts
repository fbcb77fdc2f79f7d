/** backend retention: what is kept, where and for how long, by the documents and as deployed. */
import { retentionEndpoint } from '../../../src/backend/operator.ts';
import type { ReportDocument, Table } from '../../../src/core/document.ts';
import { addOperatorOptions, askOperator, messageOf, type OperatorFlags, refused } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import type { BackendRetentionResult } from '../../schemas.ts';
import { show } from '../../show.ts';

export const define: CommandModule['define'] = (command, edge) => {
  addOperatorOptions(command);
  examples(command, [['enlab backend retention --data out/backend', 'a row a datum']]);
  command.action((flags: OperatorFlags) => act(edge, flags));
};

const act = (edge: Edge, flags: OperatorFlags): Promise<void> =>
  withDestinations(edge, { inputs: [], outputs: [flags.out] }, async ([out]) => {
    const answer = await askOperator(edge, flags, retentionEndpoint, {});
    if (answer.status !== 200) throw refused(messageOf(answer.body));
    const rows = answer.body;
    const result: BackendRetentionResult = {
      schema: 'enlab.backend.retention',
      version: 1,
      options: {},
      data: { n: rows.length },
      rows,
    };
    await show(edge, flags, out, result, documentOf(rows));
  });

function documentOf(rows: BackendRetentionResult['rows']): ReportDocument {
  const table: Table = {
    kind: 'table',
    name: 'retention',
    caption: 'by the documents of the system, and as deployed',
    columns: [
      { key: 'datum', label: 'what' },
      { key: 'where', label: 'where' },
      { key: 'form', label: 'form' },
      { key: 'documented', label: 'documented' },
      { key: 'deployed', label: 'deployed' },
    ],
    rows,
  };
  const sections = [{ id: 'retention', title: 'Retention', blocks: [table] }];
  return { title: 'What the backend keeps', summary: [], sections, provenance: {} };
}
