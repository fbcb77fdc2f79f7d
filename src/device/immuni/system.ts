/** Immuni on a phone, under the names that all systems have. */
import { EnlabError } from '../../core/errors.ts';
import { nextOpportunity, WAKING_SECONDS } from '../cover.ts';
import type { PhoneMemory } from '../memory.ts';
import type { PhoneSystem, Synced } from '../system.ts';
import { coverOperation } from './analytics.ts';
import { dummyUpload, requestWait, withDummies } from './dummies.ts';
import type { ImmuniMemory } from './memory.ts';
import { type ImmuniSynced, servedSettings, sync } from './sync.ts';
import { upload } from './upload.ts';

const said = ({ memory, batches, refused, held, analyticsFailure, settings }: ImmuniSynced): Synced => ({
  memory,
  files: batches.map(named),
  refused: refused.map(({ batch, reason }) => ({ file: named(batch), reason })),
  ...(held !== undefined && { held }),
  remarks: analyticsFailure === undefined ? [] : [`operational info not sent: ${analyticsFailure}`],
  period: settings.exposure_detection_period,
});

const named = (batch: number): string => `batch ${batch}`;

export const immuniSystem: PhoneSystem = {
  register: () =>
    Promise.reject(
      new EnlabError('E-USAGE', 'Immuni registers nothing', {
        hint: 'its code goes with the keys: enlab device upload CODE',
      }),
    ),

  testState: () => null,
  news: () => [],

  sync: async (before, options, ports) => said(await sync(before, options, ports)),

  async run(before, options, ports) {
    const synced = await sync(before, options, ports);
    const { memory, settings } = synced;
    const { profile, servers } = options;
    const { dummies: earlier } = memory.immuni;
    const dummies =
      profile.traffic === 'covered'
        ? { due: earlier.due ?? nextOpportunity(ports.clock.now(), COVER_MEAN, ports.entropy) }
        : await withDummies(earlier, { url: servers.upload, profile, settings }, ports);
    return said({ ...synced, memory: withImmuni(memory, { dummies }) });
  },

  async upload(before, options, ports) {
    const { servers, profile, code } = options;
    if (code === undefined)
      throw new EnlabError('E-USAGE', 'which code has the operator authorised?', {
        hint: 'enlab device upload CODE; "enlab otp new" makes one',
      });
    const { entropy } = ports;
    const isCovered = profile.traffic === 'covered';
    // What comes before a dummy comes before this as well.
    const wait = isCovered ? requestWait(await servedSettings(options, ports), entropy) : 0;
    const outcome = await upload(before, { servers, otp: code, province: profile.province, wait }, ports);
    const { due } = before.immuni.dummies;
    const taken = isCovered && due !== null ? { dummies: { due: nextOpportunity(due, COVER_MEAN, entropy) } } : {};
    const memory = withImmuni(before, taken);
    return outcome === 'sent'
      ? { memory, keys: before.keys.length }
      : { memory, keys: 0, refusal: 'the code is not authorised, used or too old' };
  },

  coverDue({ immuni: { dummies, analytics } }, { profile }) {
    if (profile.traffic !== 'covered') return null;
    const due = Math.min(dummies.due ?? LATER, analytics.dummyDue ?? LATER);
    return due === LATER ? null : due;
  },

  async cover(before, options, ports) {
    const { profile, servers } = options;
    const { dummies, analytics } = before.immuni;
    const isUpload = (dummies.due ?? LATER) <= (analytics.dummyDue ?? LATER);
    const next = nextOpportunity(ports.clock.now(), COVER_MEAN, ports.entropy);
    try {
      const settings = await servedSettings(options, ports);
      if (!isUpload) {
        const operation = { url: servers.analytics!, profile, settings };
        return withImmuni(before, { analytics: await coverOperation(analytics, operation, ports) });
      }
      await dummyUpload({ url: servers.upload, profile, settings }, ports);
    } catch (error) {
      // It is given up until the next opportunity.
      if (!(error instanceof EnlabError)) throw error;
    }
    return withImmuni(before, isUpload ? { dummies: { due: next } } : { analytics: { ...analytics, dummyDue: next } });
  },
};

/** Of the opportunities of covered traffic, in waking time: one a day. */
const COVER_MEAN = WAKING_SECONDS;
const LATER = Number.POSITIVE_INFINITY;

const withImmuni = (memory: PhoneMemory, immuni: Partial<ImmuniMemory>): PhoneMemory => ({
  ...memory,
  immuni: { ...memory.immuni, ...immuni },
});
