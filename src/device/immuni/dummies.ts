/**
 * Uploads that carry nothing, so that who watches the network cannot tell who is ill (backend spec A4). As the app of
 * Android has them: opportunities come at exponential times; the first request is always made, the k-th with the
 * (k-1)-th probability, the last of which counts for all that follow; between requests are exponential waits. Which
 * endpoint is asked does not show, because all requests have one size: here the password is checked first, as by
 * somebody who is ill, and the rest are uploads.
 */
import { type Entropy, exponentialFrom, uniformFrom } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';
import { newOtp, otpToken } from '../../protocol/wire/immuni/otp.ts';
import type { WholeSettings } from '../../risk/config/immuniSettings.ts';
import { type PhonePorts, portsAt } from '../ports.ts';
import type { PhoneProfile } from '../profile.ts';
import { askCheckOtp, askUpload } from './ingestion.ts';

export interface DummyMemory {
  /** When the next opportunity comes; null: none was drawn yet. */
  readonly due: UnixSeconds | null;
}

export const newDummies = (): DummyMemory => ({ due: null });

/** No phone makes more in one opportunity, whatever settings say. */
const MOST_REQUESTS = 100;

export interface Dummies {
  readonly url: string;
  readonly profile: PhoneProfile;
  readonly settings: WholeSettings;
}

/** What the phone remembers after a background run, in which it may have sent dummies. */
export async function withDummies(
  { due }: DummyMemory,
  { url, profile, settings }: Dummies,
  ports: PhonePorts,
): Promise<DummyMemory> {
  const { clock, entropy } = ports;
  const now = clock.now();
  const next = { due: now + exponentialFrom(entropy, settings.dummy_teks_average_opportunity_waiting_time) };
  if (due === null) return next;
  if (now < due) return { due };
  // An iPhone that wakes up too late has lost its chance.
  const isLost = profile.platform === 'ios' && now >= due + settings.dummy_teks_window_duration;
  if (isLost) return next;
  const delay = profile.platform === 'ios' ? settings.dummy_teks_average_start_waiting_time : 0;
  try {
    for (const { time, isFirst } of sequence(now + exponentialFrom(entropy, delay), settings, entropy))
      await askDummy(isFirst ? 'check' : 'upload', { url, profile }, portsAt(ports, time));
  } catch (error) {
    // The rest of it is given up, as an app does that the system ends.
    if (!(error instanceof EnlabError)) throw error;
  }
  return next;
}

type Asked = Pick<Dummies, 'url' | 'profile'>;

/** Throws E-SERVER. */
function askDummy(what: 'check' | 'upload', { url, profile }: Asked, ports: PhonePorts) {
  const shown = { token: otpToken(newOtp(ports.entropy)), isDummy: true };
  if (what === 'check') return askCheckOtp(url, shown, ports);
  const content = { teks: [], province: profile.province, exposure_detection_summaries: [] };
  return askUpload(url, shown, content, ports);
}

/** The dummy of covered traffic: what somebody who is ill does, request by request. Throws E-SERVER. */
export async function dummyUpload(dummies: Dummies, ports: PhonePorts): Promise<void> {
  await askDummy('check', dummies, ports);
  await askDummy('upload', dummies, portsAt(ports, ports.clock.now() + requestWait(dummies.settings, ports.entropy)));
}

/** Between two requests of covered traffic, genuine or not. */
export const requestWait = (settings: WholeSettings, entropy: Entropy): Seconds =>
  exponentialFrom(entropy, settings.dummy_teks_average_request_waiting_time);

/** Times of the requests of one opportunity. */
function* sequence(begin: UnixSeconds, settings: WholeSettings, entropy: Entropy) {
  const probabilities = settings.dummy_teks_request_probabilities;
  const wait: Seconds = settings.dummy_teks_average_request_waiting_time;
  let time = begin;
  for (let made = 0; made < MOST_REQUESTS; made++) {
    if (made > 0 && uniformFrom(entropy) >= (probabilities[Math.min(made, probabilities.length) - 1] ?? 0)) return;
    yield { time, isFirst: made === 0 };
    time += exponentialFrom(entropy, wait);
  }
}
