/**
 * Two systems that have little in common with exposure notification, to prove that the interface and its contract test
 * (test/protocol/tracingSystems.test.ts) are not made for one system: in one a server finds the contacts from what the
 * ill person heard, in the other phones compare whole days and the key of today may be published. They protect nobody.
 */
import { createHmac } from 'node:crypto';
import { type Entropy, keyedEntropy } from '../../src/core/entropy.ts';
import { SECONDS_PER_DAY, type UnixSeconds } from '../../src/core/units.ts';
import type { Contact, Heard, TracingSystem } from '../../src/protocol/tracingSystem.ts';

const EPOCH = 900;
const mac = (key: Uint8Array, number: number): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(String(number)).digest().subarray(0, 8));
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** A frame: its kind, the identifier, the transmit power. */
const frameOf = (kind: number, identifier: Uint8Array, power: number): Uint8Array =>
  Uint8Array.of(kind, ...identifier, power + 128);
const readFrame = (kind: number, frame: Uint8Array): Uint8Array | string =>
  frame.length === 10 && frame[0] === kind ? frame.subarray(1, 9) : 'not a frame of this system';
const attenuationOf = ({ frame, rssi }: Heard): number | null => (rssi === null ? null : frame[9]! - 128 - rssi);
const byTime = (contacts: readonly Contact[]): readonly Contact[] => contacts.toSorted((a, b) => a.time - b.time);

interface Session {
  readonly phone: number;
  readonly epoch: number;
  readonly key: Uint8Array;
}

/** The server knows whose every identifier is; the ill person uploads what it heard of others, not what it sent. */
export function centralised(): TracingSystem<number, Session, readonly Heard[]> {
  const server = keyedEntropy(1, 'server of a toy')(16);
  const identifier = (phone: number, epoch: number): Uint8Array => mac(server, phone * 2 ** 24 + epoch);
  const epochOf = (time: UnixSeconds): number => Math.floor(time / EPOCH);
  const TOLERANCE = 180;
  return {
    name: 'toy-centralised',
    title: 'a server finds the contacts',
    model: 'centralised',
    rotation: [EPOCH, EPOCH],
    register: (entropy) => new DataView(entropy(4).buffer).getUint32(0) >>> 12,
    setUpIdentifiers({ registration, secrets }, time) {
      const epoch = epochOf(time - (time % SECONDS_PER_DAY));
      return secrets.find((secret) => secret.epoch === epoch) ?? { phone: registration, epoch, key: server };
    },
    broadcast({ phone, epoch }, time, power) {
      if (epochOf(time) < epoch || epochOf(time) >= epoch + SECONDS_PER_DAY / EPOCH) throw new RangeError('not now');
      const own = identifier(phone, epochOf(time));
      return { identifier: own, frame: frameOf(0xc0, own, power) };
    },
    readIdentifier: (frame) => readFrame(0xc0, frame),
    receptionWindow: (sent) => [epochOf(sent) * EPOCH - TOLERANCE, (epochOf(sent) + 1) * EPOCH - 1 + TOLERANCE],
    report: ({ heard }, since) => heard.filter(({ time }) => time >= since),
    async checkStatus({ registration }, reports) {
      const contacts = reports.flat().filter(({ time, frame }) => {
        const read = readFrame(0xc0, frame);
        if (typeof read === 'string') return false;
        for (let sent = epochOf(time) - 1; sent <= epochOf(time) + 1; sent++) {
          const isIn = time >= sent * EPOCH - TOLERANCE && time <= (sent + 1) * EPOCH - 1 + TOLERANCE;
          if (isIn && same(read, identifier(registration, sent))) return true;
        }
        return false;
      });
      return byTime(contacts.map((each) => ({ time: each.time, attenuation: attenuationOf(each) })));
    },
  };
}

interface Seed {
  readonly day: number;
  readonly seed: Uint8Array;
}

/** Identifiers of a day come from one seed in no order; what was heard after the seed was published does not count. */
export function byDay(): TracingSystem<null, Seed, { readonly seeds: readonly Seed[]; readonly at: UnixSeconds }> {
  const dayOf = (time: UnixSeconds): number => Math.floor(time / SECONDS_PER_DAY);
  const epochOfDay = (time: UnixSeconds): number => Math.floor((time % SECONDS_PER_DAY) / EPOCH);
  return {
    name: 'toy-by-day',
    title: 'phones compare days',
    model: 'decentralised',
    rotation: [EPOCH, EPOCH],
    register: () => null,
    setUpIdentifiers({ secrets }, time, entropy: Entropy) {
      return secrets.find(({ day }) => day === dayOf(time)) ?? { day: dayOf(time), seed: entropy(16) };
    },
    broadcast({ day, seed }, time, power) {
      if (dayOf(time) !== day) throw new RangeError('not this day');
      const identifier = mac(seed, (epochOfDay(time) * 7) % 96);
      return { identifier, frame: frameOf(0xd0, identifier, power) };
    },
    readIdentifier: (frame) => readFrame(0xd0, frame),
    receptionWindow: (sent) => [dayOf(sent) * SECONDS_PER_DAY, (dayOf(sent) + 1) * SECONDS_PER_DAY - 1],
    report: ({ secrets }, since, now) => ({ seeds: secrets.filter(({ day }) => day >= dayOf(since)), at: now }),
    async checkStatus({ heard }, reports) {
      const contacts = reports.flatMap(({ seeds, at }) =>
        seeds.flatMap(({ day, seed }) => {
          const own = Array.from({ length: 96 }, (_, k) => mac(seed, k));
          return heard.filter(({ time, frame }) => {
            const read = readFrame(0xd0, frame);
            return time < at && dayOf(time) === day && typeof read !== 'string' && own.some((id) => same(id, read));
          });
        }),
      );
      return byTime(contacts.map((each) => ({ time: each.time, attenuation: attenuationOf(each) })));
    },
  };
}
