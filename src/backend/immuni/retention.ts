/** What Immuni's backend keeps, where and for how long: a row a datum (seed 002, chapter 4; backend spec A2). */
import type { Retained } from '../retention.ts';

const NEVER = 'never stored';
const END = 'until the end of the emergency (backend purge)';

export const immuniRetention: readonly Retained[] = [
  {
    datum: 'one-time password',
    where: 'keys.sqlite, otp',
    form: 'keyed hash',
    documented: '150 s after authorisation, or until it is used',
    deployed: '150 s after authorisation, or until it is used',
  },
  {
    datum: 'day of the first symptoms',
    where: 'keys.sqlite, otp',
    form: 'day, with the hash of the password',
    documented: 'as the password',
    deployed: 'as the password',
  },
  {
    datum: 'temporary exposure keys that wait',
    where: 'keys.sqlite, waiting_key',
    form: 'plain, in the order of their bytes, with the day of the upload',
    documented: 'until they are published, 14 days at most',
    deployed: 'until they are published, 14 days at most',
  },
  {
    datum: 'published keys',
    where: 'keys.sqlite, batch',
    form: 'signed file',
    documented: '14 days after publication',
    deployed: '14 days after publication',
  },
  {
    datum: 'exposure detection summaries and province',
    where: 'epidemiology.sqlite, report',
    form: 'plain, in random order, with the day of the upload',
    documented: END,
    deployed: '14 days',
  },
  {
    datum: 'operational info and province',
    where: 'epidemiology.sqlite, operational_info',
    form: 'plain, in random order, with the day on which it came',
    documented: END,
    deployed: '30 days',
  },
  {
    datum: 'analytics token',
    where: 'epidemiology.sqlite, analytics_token',
    form: 'keyed hash, with the day of authorisation',
    documented: 'two months (62 days)',
    deployed: 'two months (62 days)',
  },
  {
    datum: 'two bits of a device (kept by Apple in production)',
    where: 'deviceCheck.sqlite, device',
    form: 'keyed hash, with the month',
    documented: END,
    deployed: END,
  },
  { datum: 'device token', where: '-', form: '-', documented: NEVER, deployed: NEVER },
  { datum: 'clock of the phone', where: '-', form: '-', documented: NEVER, deployed: NEVER },
  { datum: 'address of the phone', where: '-', form: '-', documented: NEVER, deployed: NEVER },
];
