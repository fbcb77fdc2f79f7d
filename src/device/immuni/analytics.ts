/**
 * Operational info: whether phones work, and how many warn. Sent after a detection, at most once a month with and once
 * without an exposure; and now and then a dummy (seed 002, 2.1 and 2.3; backend spec A4 and A5).
 */
import { toBase64, toHex } from '../../core/bytes.ts';
import { type Entropy, uniformFrom } from '../../core/entropy.ts';
import { isoDay, monthOf, utcDayOf } from '../../core/time.ts';
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds } from '../../core/units.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from '../../protocol/wire/immuni/analytics.ts';
import { attestation } from '../../protocol/wire/immuni/attestation.ts';
import { deviceToken } from '../../protocol/wire/immuni/deviceToken.ts';
import { bearer } from '../../protocol/wire/immuni/parts.ts';
import type { WholeSettings } from '../../risk/config/immuniSettings.ts';
import type { PhonePorts } from '../ports.ts';
import type { PhoneProfile } from '../profile.ts';
import { ask } from './servers.ts';

const TOKEN_BYTES = 64;
const SALT_BYTES = 16;
/** In which a month's info without an exposure may go. */
const WINDOW: Seconds = SECONDS_PER_DAY;
/** Every month has them. */
const SHORTEST_MONTH: Seconds = 28 * SECONDS_PER_DAY;

export interface AnalyticsMemory {
  /** Of an iPhone, 128 hexadecimal digits: what allows it to send. */
  readonly token: { readonly text: string; readonly month: number; readonly isGood: boolean } | null;
  /** When this month's info without an exposure may go, and whether it was decided about. */
  readonly window: { readonly month: number; readonly begin: UnixSeconds; readonly isOver: boolean } | null;
  /** Month in which info with an exposure was sent last. */
  readonly warnedMonth: number | null;
  /** When a dummy goes next. */
  readonly dummyDue: UnixSeconds | null;
}

export const newAnalytics = (): AnalyticsMemory => ({ token: null, window: null, warnedMonth: null, dummyDue: null });

export interface Operation {
  readonly url: string;
  readonly profile: PhoneProfile;
  readonly settings: WholeSettings;
  /** The detection before warned. */
  readonly warned: boolean;
  /** When the last risky exposure was. */
  readonly lastExposure: UnixSeconds | null;
}

/** What the phone remembers afterwards. Throws E-SERVER. */
export async function reportOperation(
  before: AnalyticsMemory,
  operation: Operation,
  ports: PhonePorts,
): Promise<AnalyticsMemory> {
  const now = ports.clock.now();
  const { settings, warned } = operation;
  const draw = (): number => uniformFrom(ports.entropy);
  let memory = await withDummy(before, operation, ports);
  if (operation.profile.platform === 'ios') memory = { ...memory, token: await tokenOf(memory, operation, ports) };
  const month = monthOf(now);
  if (warned && memory.warnedMonth !== month) {
    memory = { ...memory, warnedMonth: month };
    if (draw() < settings.operational_info_with_exposure_sampling_rate) await sendInfo(memory, operation, ports, '0');
    return memory;
  }
  const window = memory.window?.month === month ? memory.window : newWindow(now, draw());
  const isOpen = now >= window.begin && now < window.begin + WINDOW;
  if (warned || window.isOver || !isOpen) return { ...memory, window };
  if (draw() < settings.operational_info_without_exposure_sampling_rate) await sendInfo(memory, operation, ports, '0');
  return { ...memory, window: { ...window, isOver: true } };
}

/** Exponential waiting times, so that a dummy says nothing about the one before. */
async function withDummy(memory: AnalyticsMemory, operation: Operation, ports: PhonePorts): Promise<AnalyticsMemory> {
  const now = ports.clock.now();
  const { dummyDue } = memory;
  if (dummyDue !== null && now < dummyDue) return memory;
  if (dummyDue !== null) await sendInfo(memory, operation, ports, '1');
  const wait = -Math.log(1 - uniformFrom(ports.entropy)) * operation.settings.dummy_analytics_waiting_time;
  return { ...memory, dummyDue: now + wait };
}

/** A new one each month; asked about until the server says that it is good. */
async function tokenOf(memory: AnalyticsMemory, { url, profile }: Operation, { clock, entropy, http }: PhonePorts) {
  const month = monthOf(clock.now());
  const token =
    memory.token?.month === month ? memory.token : { text: toHex(entropy(TOKEN_BYTES)), month, isGood: false };
  if (token.isGood) return token;
  const body = { analytics_token: token.text, device_token: deviceToken(profile.hardware, entropy) };
  const { status } = await ask(http, url, appleToken, { body });
  return { ...token, isGood: status === 201 };
}

/** Begins anywhere in the month, but ends in it. */
function newWindow(now: UnixSeconds, drawn: number) {
  const month = monthOf(now);
  const dayOfMonth = Number(isoDay(utcDayOf(now)).slice(-2));
  const begin = (utcDayOf(now) - (dayOfMonth - 1)) * SECONDS_PER_DAY + drawn * (SHORTEST_MONTH - WINDOW);
  return { month, begin, isOver: false };
}

async function sendInfo(
  { token }: AnalyticsMemory,
  operation: Operation,
  { clock, entropy, http }: PhonePorts,
  dummy: '0' | '1',
): Promise<void> {
  const now = clock.now();
  const info = infoOf(operation, now);
  const marked = { 'immuni-dummy-data': dummy };
  const { url } = operation;
  if (operation.profile.platform === 'android') {
    const salted = { ...info, salt: saltOf(entropy) };
    const body = { ...salted, signed_attestation: attestation(salted, now) };
    await ask(http, url, googleOperationalInfo, { headers: marked, body });
    return;
  }
  // A dummy needs a token that looks like one.
  const text = token?.text ?? toHex(entropy(TOKEN_BYTES));
  await ask(http, url, appleOperationalInfo, { headers: { ...marked, authorization: bearer(text) }, body: info });
}

const saltOf = (entropy: Entropy): string => toBase64(entropy(SALT_BYTES));

function infoOf({ profile: { province, build, on }, warned, lastExposure }: Operation, now: UnixSeconds) {
  return {
    province,
    exposure_permission: flag(on.permission),
    bluetooth_active: flag(on.bluetooth),
    notification_permission: flag(on.notifications),
    exposure_notification: flag(warned),
    // The field is required: without an exposure it holds today, which says nothing beside a flag of 0.
    last_risky_exposure_on: isoDay(utcDayOf(lastExposure ?? now)),
    build,
  };
}

const flag = (isOn: boolean): 0 | 1 => (isOn ? 1 : 0);
