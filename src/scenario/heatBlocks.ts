/** Which contacts warn, for the report of a scenario. */
import type { Block, Figure, Table } from '../core/document.ts';
import { wilson } from '../stats/intervals.ts';
import { type HeatCell, heatMap, heatMetres, heatMinutes } from './heatMap.ts';
import type { ScenarioRun } from './run.ts';

/** Draws a cell: Wilson's interval is at most 10 % wide. */
const CONTACTS = 400;

/** One map for each rule, where colleagues meet, and all cells with their intervals as a table. */
export function heatBlocks({ arms, scenario: { seed } }: ScenarioRun): readonly Block[] {
  const rules = new Map(
    arms.filter(({ arm }) => arm.parameters.app.adoption > 0).map(({ arm }) => [arm.parameters.app.risk.name, arm]),
  );
  const maps = [...rules].map(([name, { parameters }]) => {
    const { places, ...radio } = parameters.radio;
    return { name, cells: heatMap(parameters.app.risk, { ...radio, place: places.group }, CONTACTS, seed) };
  });
  return maps.length === 0 ? [] : [...maps.map(({ name, cells }, k) => heatFigure(name, cells, k)), heatTable(maps)];
}

const heatFigure = (rule: string, cells: readonly HeatCell[], k: number): Figure => ({
  kind: 'figure',
  name: `contacts-${k + 1}`,
  title: `${rule}: share of single contacts that warn`,
  description: 'By distance and duration, where colleagues meet; phones without offsets, carried as the scenario says.',
  plot: {
    kind: 'heat',
    xLabel: 'minutes',
    yLabel: 'metres',
    xNames: heatMinutes.map(String),
    yNames: heatMetres.map(String),
    cells: heatMetres.map((metres) =>
      cells
        .filter((cell) => cell.metres === metres)
        .map(({ alerts, contacts }) => ({
          value: (100 * alerts) / contacts,
          text: `${Math.round((100 * alerts) / contacts)}`,
        })),
    ),
    legend: 'share of contacts of which the rule warns, %',
  },
});

const heatTable = (maps: readonly { readonly name: string; readonly cells: readonly HeatCell[] }[]): Table => ({
  kind: 'table',
  name: 'contacts',
  fileOnly: true,
  caption: 'Share of single contacts that warn, 95 % intervals (Wilson)',
  columns: [
    { key: 'rule', label: 'rule' },
    { key: 'metres', label: 'metres', format: 'number' },
    { key: 'minutes', label: 'minutes', format: 'number' },
    { key: 'alerts', label: 'alerts', format: 'proportion' },
  ],
  rows: maps.flatMap(({ name, cells }) =>
    cells.map(({ metres, minutes, alerts, contacts }) => ({
      rule: name,
      metres,
      minutes,
      alerts: wilson(alerts, contacts, 'contacts'),
    })),
  ),
});
