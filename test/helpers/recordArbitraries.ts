import fc from 'fast-check';
import type { TraceRecord } from '../../src/core/records.ts';

const number = (min: number, max: number) => fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max));
const whole = (max: number, min = 0) => fc.integer({ min, max });
const dB = number(0, 255);
const id = fc.oneof(fc.string(), fc.constantFrom('r1', 'ü', '', '__proto__'));
const hexBytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const labels = {
  user: id,
  scenario: id,
  label: fc.option(fc.boolean()),
  weight: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
};
const distance = fc.option(number(0, 1000));

/** A record with any subset of its optional fields. */
const record = (
  type: TraceRecord['type'],
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<TraceRecord> =>
  fc.record(
    { type: fc.constant(type), ...required, ...optional },
    { requiredKeys: ['type', ...Object.keys(required)] as 'type'[], noNullPrototype: true },
  ) as unknown as fc.Arbitrary<TraceRecord>;

const edges = fc
  .uniqueArray(number(0, 255), { minLength: 2, maxLength: 6 })
  .map((values) => values.toSorted((a, b) => a - b));
const histogram = edges
  .filter((values) => values.every((edge, k) => k === 0 || edge > values[k - 1]!))
  .chain((values) =>
    record(
      'histogram',
      {
        edges: fc.constant(values),
        minutes: fc.array(number(0, 1440), { minLength: values.length - 1, maxLength: values.length - 1 }),
      },
      { receiver: id, transmitter: id, day: whole(1e6), distance, ...labels },
    ),
  );
const buckets = fc.record(
  { thresholds: fc.tuple(dB, dB), minutes: fc.tuple(number(0, 99), number(0, 99), number(0, 99)) },
  { noNullPrototype: true },
);
const exposureOptions = {
  day: whole(1e6),
  receiver: id,
  transmitter: id,
  daysSinceExposure: whole(60),
  transmissionLevel: whole(8),
  reportedScore: fc.double({ noNaN: true, noDefaultInfinity: true }),
  distance,
  ...labels,
};
const scanInstance = fc.record({ min: dB, typical: dB, seconds: number(-86_400, 86_400) }, { noNullPrototype: true });

/** Valid records of every type. */
export const validRecord: fc.Arbitrary<TraceRecord> = fc.oneof(
  record(
    'sighting',
    { time: number(0, 1e11), receiver: id, transmitter: id },
    {
      attenuation: dB,
      rssi: fc.option(number(-110, 0)),
      receiverModel: id,
      transmitterModel: id,
      rpi: hexBytes(16),
      aem: hexBytes(4),
      distance,
      ...labels,
    },
  ),
  record(
    'scan',
    {
      time: number(0, 1e11),
      receiver: id,
      transmitter: id,
      seconds: number(0, 86_400),
      typicalAttenuation: dB,
      minAttenuation: dB,
    },
    { distance, ...labels },
  ),
  histogram,
  record(
    'window',
    {
      day: whole(1e6),
      reportType: whole(5),
      scans: fc.array(scanInstance, { maxLength: 4 }),
    },
    {
      receiver: id,
      infectiousness: whole(2),
      calibrationConfidence: whole(3),
      daysSinceExposure: whole(60),
      ...labels,
    },
  ),
  record('exposure', { minutes: number(0, 1440), attenuation: dB }, { buckets, ...exposureOptions }),
  record('exposure', { minutes: number(0, 1440), buckets }, exposureOptions),
  record('cell', { D: whole(8, 1), A: whole(8, 1), positives: whole(2e6), negatives: whole(2e6) }, { scenario: id }),
  record('truth', { label: fc.option(fc.boolean()) }, { user: id, receiver: id, transmitter: id, day: whole(1e6) }),
);

/** Values that are wrong in some fields and right in others. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, -1, Number.NaN, Infinity, -0, 0.5, 9, 256, 1441, 1e12, '', 'x', true, 'exposure'),
  fc.constantFrom<unknown>([], [1], [3, 2, 1], {}, { min: 1 }, { thresholds: [1], minutes: [] }, undefined),
);

/** A valid record with some fields replaced, removed or added: valid or not. */
export const mutatedRecord: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    validRecord,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'nested'), anything), { maxLength: 3 }),
  )
  .map(([valid, changes]) => {
    const mutated: Record<string, unknown> = structuredClone(valid);
    for (const [k, how, value] of changes) {
      const names = Object.keys(mutated);
      const name = names[k % Math.max(1, names.length)] ?? 'type';
      if (how === 'remove') delete mutated[name];
      else if (how === 'add') mutated[`extra${k % 3}`] = value;
      else if (how === 'replace') mutated[name] = value;
      else if (Array.isArray(mutated[name])) mutated[name] = [...mutated[name], value];
    }
    return mutated;
  });
