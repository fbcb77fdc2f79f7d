import { describe, expect, it } from 'vitest';
import type { Table } from '../../src/core/document.ts';
import { pooled, summaryOf, summarySection, type TraceSummary } from '../../src/trace/summary.ts';
import { nativeText, openText, sighting } from '../helpers/traces.ts';

const text = [
  'user;receiver;day;minutes;attenuation;label',
  'alice;p1;2020-06-01;5;60;1',
  'bob;p2;2020-06-03;5;60;',
  'bob;p2;2020-06-03;-5;60;',
  'carol;p1;2020-06-02;5;300;0',
  'carol;p1;2020-06-02;6;301;0',
].join('\n');
const known = { table: null, truth: { positives: 1, negatives: 0, unknown: 1 } };
const rowsOf = (block: unknown): Table['rows'] => (block as Table).rows;

describe('summaryOf', () => {
  it('accounts for every row, most frequent reason first', async () => {
    const summary = summaryOf(await openText(text), known);
    expect(summary).toEqual({
      file: 'trace.csv',
      format: 'csv',
      rows: 5,
      used: 2,
      rejected: { 'attenuation above 255': 2, 'minutes below 0': 1 },
      rejectedLines: { 'attenuation above 255': [5, 6], 'minutes below 0': [4] },
      positives: 1,
      negatives: 0,
      unknownTruth: 1,
      time: { first: '2020-06-01T00:00:00.000Z', last: '2020-06-03T00:00:00.000Z', unit: 'ISO 8601' },
      devices: { count: 2, models: { unknown: 2 } },
      table: null,
      notices: {},
    });
    expect(Object.keys(summary.rejected)).toEqual(['attenuation above 255', 'minutes below 0']);
  });

  it('counts models, and repeats the provenance of a trace of ours', async () => {
    const trace = nativeText(
      { ...sighting, receiverModel: 'SM-G973F' },
      { ...sighting, receiver: 'q', receiverModel: 'SM-G973F' },
    );
    const summary = summaryOf(await openText(trace), { table: '201214', truth: null });
    expect(summary.devices).toEqual({ count: 3, models: { 'SM-G973F': 2, unknown: 1 } });
    expect(summary).toMatchObject({ table: '201214', unknownTruth: null, provenance: {} });
  });

  it('keeps 100,000 devices apart and says when there are more', async () => {
    const opened = await openText(text);
    for (let k = opened.tally.devices.size; k < 100_000; k++) opened.tally.device(`id ${k}`);
    opened.tally.device('id 99999', 'SM-G973F');
    expect(summaryOf(opened, known).devices).toEqual({ count: 100_000, models: { unknown: 99_999, 'SM-G973F': 1 } });
    opened.tally.device('one more');
    const summary = summaryOf(opened, known);
    expect(summary.devices).toMatchObject({ count: 100_000, more: true });
    expect(pooled([summary, summary]).devices).toMatchObject({ count: 200_000, more: true });
    expect(rowsOf(summarySection(summary).blocks[0])).toContainEqual({
      what: 'devices',
      value: 'more than 100000 (99999 unknown, 1 SM-G973F)',
    });
  });

  it('gives seconds where a trace counts from its own start, null where it has no times', async () => {
    const contacts = await openText('time,a,b,rssi\n300,1,2,-60\n900,1,2,-60\n');
    expect(summaryOf(contacts, known).time).toEqual({ first: 300, last: 900, unit: 's from the start' });
    const cells = await openText('D,A,positives,negatives\n1,1,1,1\n');
    expect(summaryOf(cells, known).time).toEqual({ first: null, last: null, unit: 'none' });
  });

  it('names no person and no phone, and survives JSON', async () => {
    const summary = summaryOf(await openText(text), known);
    const shown = JSON.stringify([summary, summarySection(summary)]);
    for (const id of ['alice', 'bob', 'carol', 'p1', 'p2']) expect(shown).not.toContain(id);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});

describe('summarySection', () => {
  it('shows the facts and the reasons as tables', async () => {
    const { title, blocks } = summarySection(summaryOf(await openText(text), known));
    expect(title).toBe('trace.csv (csv)');
    expect(blocks).toHaveLength(2);
    expect(rowsOf(blocks[0])).toEqual([
      { what: 'rows read', value: 5 },
      { what: 'rows used', value: 2 },
      { what: 'exposures', value: 2 },
      { what: 'of these true contacts', value: 1 },
      { what: 'no contacts', value: 0 },
      { what: 'unknown truth', value: 1 },
      { what: 'time span', value: '2020-06-01T00:00:00.000Z to 2020-06-03T00:00:00.000Z' },
      { what: 'times written as', value: 'ISO 8601' },
      { what: 'devices', value: '2 (2 unknown)' },
      { what: 'device table', value: 'not needed' },
    ]);
    expect(rowsOf(blocks[1])).toEqual([
      { what: 'attenuation above 255', rows: 2, lines: '5, 6' },
      { what: 'minutes below 0', rows: 1, lines: '4' },
    ]);
  });

  it('says that RSSI waits for the device table', async () => {
    const tableOf = async (record: object) => {
      const trace = await openText(nativeText(record));
      const { needsTable } = trace.tally;
      const { blocks } = summarySection(summaryOf(trace, { table: null, truth: null }), { isTableLater: needsTable });
      return rowsOf(blocks[0]).find(({ what }) => what === 'device table')?.['value'];
    };
    expect(await tableOf(sighting)).toBe('applied later, when the trace is judged');
    expect(await tableOf({ ...sighting, attenuation: 50 })).toBe('not needed');
    expect(await tableOf({ ...sighting, rssi: null })).toBe('not needed');
  });

  it('leaves empty tables out and says what was not there', async () => {
    const summary = summaryOf(await openText('D,A,positives,negatives\n1,1,1,1\n'), {
      table: null,
      truth: null,
    });
    const { blocks } = summarySection(summary);
    expect(blocks).toHaveLength(1);
    expect(rowsOf(blocks[0]).map(({ what }) => what)).not.toContain('exposures');
    expect(rowsOf(blocks[0])).toContainEqual({ what: 'time span', value: 'no times' });
    expect(rowsOf(blocks[0])).toContainEqual({ what: 'devices', value: 'none' });
  });

  it('lists the first five lines of a reason', async () => {
    const rows = Array.from({ length: 7 }, (_, k) => `u${k};-5;60`);
    const summary = summaryOf(await openText(['user;minutes;attenuation', ...rows, 'v;5;60'].join('\n')), known);
    expect(summary.rejectedLines).toEqual({ 'minutes below 0': [2, 3, 4, 5, 6] });
    const { blocks } = summarySection(summary);
    expect(rowsOf(blocks[1])).toEqual([{ what: 'minutes below 0', rows: 7, lines: '2, 3, 4, 5, 6, ...' }]);
  });

  it('shows notices', async () => {
    const summary = summaryOf(await openText(nativeText({ ...sighting, note: 1 })), known);
    const { blocks } = summarySection(summary);
    expect(rowsOf(blocks[1])).toEqual([{ what: 'unknown field "note" left out', rows: 1 }]);
  });
});

describe('several traces in one account', () => {
  const summary = (changes: Partial<TraceSummary>): TraceSummary => ({
    file: 'a.csv',
    format: 'csv',
    rows: 10,
    used: 8,
    rejected: { 'negative minutes': 2 },
    rejectedLines: { 'negative minutes': [3, 4] },
    positives: 4,
    negatives: 3,
    unknownTruth: 1,
    time: { first: '2020-07-30T12:00:00.000Z', last: '2020-07-30T13:00:00.000Z', unit: 'ISO 8601' },
    devices: { count: 2, models: { 'SM-G973F': 2 } },
    table: null,
    notices: {},
    ...changes,
  });

  it('adds up counts and spans all times', () => {
    const other = summary({
      rows: 5,
      used: 3,
      rejected: { 'negative minutes': 1, 'no user': 1 },
      positives: null,
      negatives: null,
      unknownTruth: null,
      time: { first: '2020-07-29T00:00:00.000Z', last: '2020-07-30T12:30:00.000Z', unit: 'unix s' },
      devices: { count: 1, models: { 'SM-G970F': 1 } },
      table: '201214',
      notices: { 'equal rows': 4 },
    });
    expect(pooled([summary({}), other])).toEqual({
      rows: 15,
      used: 11,
      rejected: { 'negative minutes': 3, 'no user': 1 },
      positives: 4,
      negatives: 3,
      unknownTruth: 1,
      time: { first: '2020-07-29T00:00:00.000Z', last: '2020-07-30T13:00:00.000Z', unit: 'ISO 8601, unix s' },
      devices: { count: 3, models: { 'SM-G973F': 2, 'SM-G970F': 1 } },
      table: '201214',
      notices: { 'equal rows': 4 },
    });
  });

  it('has no times where no trace has any', () => {
    const timeless = summary({ time: { first: null, last: null, unit: 'none' } });
    expect(pooled([timeless]).time).toEqual({ first: null, last: null, unit: 'none' });
  });
});
