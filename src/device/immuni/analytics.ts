/**
 * Operational info: whether phones work, and how many warn. Sent after a detection, at most once a month with and once
 * without an exposure; and now and then a dummy (seed 002, 2.1 and 2.3; backend spec A4 and A5).
 */
import { toBase64, toHex } from '../../core/bytes.ts';
import { type Entropy, exponentialFrom, uniformFrom } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import { isoDay, monthOf, utcDayOf } from '../../core/time.ts';
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds, type UtcDay } from '../../core/units.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from '../../protocol/wire/immuni/analytics.ts';
import { attestation } from '../../protocol/wire/immuni/attestation.ts';
import { deviceToken } from '../../protocol/wire/immuni/deviceToken.ts';
import { bearer } from '../../protocol/wire/immuni/parts.ts';
import type { WholeSettings } from '../../risk/config/immuniSettings.ts';
import { nextOpportunity, WAKING_SECONDS } from '../cover.ts';
import type { PhonePorts } from '../ports.ts';
import type { PhoneProfile } from '../profile.ts';
import { ask } from '../servers.ts';

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
  /** Month in which it was last decided about info with an exposure. */
  readonly warnedMonth: number | null;
  /** Day of the exposure of which info is still to be sent: no server has answered yet. */
  readonly owed: UtcDay | null;
  /** When a dummy goes next. */
  readonly dummyDue: UnixSeconds | null;
}

export const newAnalytics = (): AnalyticsMemory => ({
  token: null,
  window: null,
  warnedMonth: null,
  owed: null,
  dummyDue: null,
});

export interface Operation {
  readonly url: string;
  readonly profile: PhoneProfile;
  readonly settings: WholeSettings;
  /** Day of the exposure of which the detection before has warned; null: it has not. */
  readonly warned: UtcDay | null;
  /** deployed: info at once, and dummies at times of their own; covered: all at opportunities; bare: no dummies. */
  readonly way: 'deployed' | 'covered' | 'bare';
}

/** Of the opportunities of covered traffic, in waking time. */
const COVER_MEAN: Seconds = WAKING_SECONDS;

export interface Reported {
  readonly memory: AnalyticsMemory;
  /** Why something did not get through. Info with an exposure is then sent at the next run. */
  readonly failure?: string;
}

/** What the phone remembers afterwards. */
export async function reportOperation(
  before: AnalyticsMemory,
  operation: Operation,
  ports: PhonePorts,
): Promise<Reported> {
  let memory = decided(before, operation, ports);
  try {
    if (operation.way === 'deployed') memory = await withDummy(memory, operation, ports);
    if (operation.profile.platform === 'ios') memory = { ...memory, token: await tokenOf(memory, operation, ports) };
    if (operation.way === 'covered') return { memory: { ...memory, dummyDue: memory.dummyDue ?? nextDue(ports) } };
    return { memory: await withInfo(memory, operation, ports) };
  } catch (error) {
    if (error instanceof EnlabError) return { memory, failure: error.message };
    throw error;
  }
}

const nextDue = ({ clock, entropy }: PhonePorts): UnixSeconds => nextOpportunity(clock.now(), COVER_MEAN, entropy);

/** At an opportunity of covered traffic: info that is to be sent, else a dummy. What fails is given up until the next. */
export async function coverOperation(
  before: AnalyticsMemory,
  operation: Omit<Operation, 'warned' | 'way'>,
  ports: PhonePorts,
): Promise<AnalyticsMemory> {
  const memory = { ...before, dummyDue: nextDue(ports) };
  try {
    await sendInfo(memory, operation, ports, { dummy: memory.owed === null, exposure: memory.owed });
    return { ...memory, owed: null };
  } catch (error) {
    if (error instanceof EnlabError) return memory;
    throw error;
  }
}

/** Whether info with an exposure goes is drawn once a month, when the first detection warns. */
function decided(memory: AnalyticsMemory, { warned, settings }: Operation, { clock, entropy }: PhonePorts) {
  const month = monthOf(clock.now());
  if (warned === null || memory.warnedMonth === month) return memory;
  const isSent = uniformFrom(entropy) < settings.operational_info_with_exposure_sampling_rate;
  return { ...memory, warnedMonth: month, owed: isSent ? warned : memory.owed };
}

async function withInfo(memory: AnalyticsMemory, operation: Operation, ports: PhonePorts): Promise<AnalyticsMemory> {
  if (memory.owed !== null) {
    await sendInfo(memory, operation, ports, { dummy: false, exposure: memory.owed });
    return { ...memory, owed: null };
  }
  const { settings, warned } = operation;
  const now = ports.clock.now();
  const month = monthOf(now);
  const window = memory.window?.month === month ? memory.window : newWindow(now, uniformFrom(ports.entropy));
  const isOpen = now >= window.begin && now < window.begin + WINDOW;
  if (warned !== null || window.isOver || !isOpen) return { ...memory, window };
  const isSent = uniformFrom(ports.entropy) < settings.operational_info_without_exposure_sampling_rate;
  if (isSent) await sendInfo(memory, operation, ports, { dummy: false, exposure: null });
  return { ...memory, window: { ...window, isOver: true } };
}

/** Exponential waiting times, so that a dummy says nothing about the one before. */
async function withDummy(memory: AnalyticsMemory, operation: Operation, ports: PhonePorts): Promise<AnalyticsMemory> {
  const now = ports.clock.now();
  const { dummyDue } = memory;
  if (dummyDue !== null && now < dummyDue) return memory;
  if (dummyDue !== null) await sendInfo(memory, operation, ports, { dummy: true, exposure: null });
  return { ...memory, dummyDue: now + exponentialFrom(ports.entropy, operation.settings.dummy_analytics_waiting_time) };
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

type Sending = Pick<Operation, 'url' | 'profile'>;

interface Info {
  readonly dummy: boolean;
  readonly exposure: UtcDay | null;
}

/** Throws E-SERVER, also where it is refused: the clock of the phone may be wrong. */
async function sendInfo(memory: AnalyticsMemory, operation: Sending, ports: PhonePorts, info: Info): Promise<void> {
  const { status } = await askInfo(memory, operation, ports, info);
  if (status !== 204) throw new EnlabError('E-SERVER', `operational info was refused with ${status}`);
}

function askInfo(
  { token }: AnalyticsMemory,
  { url, profile }: Sending,
  { clock, entropy, http }: PhonePorts,
  info: Info,
) {
  const now = clock.now();
  const content = infoOf(profile, info, now);
  const marked = { 'immuni-dummy-data': info.dummy ? '1' : '0' };
  if (profile.platform === 'android') {
    const salted = { ...content, salt: saltOf(entropy) };
    const body = { ...salted, signed_attestation: attestation(salted, now) };
    return ask(http, url, googleOperationalInfo, { headers: marked, body });
  }
  // A dummy needs a token that looks like one.
  const text = token?.text ?? toHex(entropy(TOKEN_BYTES));
  return ask(http, url, appleOperationalInfo, { headers: { ...marked, authorization: bearer(text) }, body: content });
}

const saltOf = (entropy: Entropy): string => toBase64(entropy(SALT_BYTES));

function infoOf({ province, build, on }: PhoneProfile, { exposure }: Info, now: UnixSeconds) {
  return {
    province,
    exposure_permission: flag(on.permission),
    bluetooth_active: flag(on.bluetooth),
    notification_permission: flag(on.notifications),
    exposure_notification: flag(exposure !== null),
    // The field is required: without an exposure it holds today, which says nothing beside a flag of 0.
    last_risky_exposure_on: isoDay(exposure ?? utcDayOf(now)),
    build,
  };
}

const flag = (isOn: boolean): 0 | 1 => (isOn ? 1 : 0);
