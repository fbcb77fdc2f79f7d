/** Somebody who is no user: what they do to phones and to the backend from outside, and what they learn. */
import { toBase64, toHex } from '../../core/bytes.ts';
import { type Entropy, keyedEntropy } from '../../core/entropy.ts';
import { isoDay, utcDayOf } from '../../core/time.ts';
import { advertised, type Pseudonym } from '../../device/advertising.ts';
import { flooded, impersonated } from '../../device/attacks.ts';
import { type Near, relay } from '../../device/meeting.ts';
import type { PhoneMemory } from '../../device/memory.ts';
import { ask } from '../../device/servers.ts';
import { type DiagnosisKey, KEY_BYTES } from '../../protocol/gaen/keys.ts';
import { type KeyTable, keyAt } from '../../protocol/gaen/keyTable.ts';
import { appleOperationalInfo, appleToken, googleOperationalInfo } from '../../protocol/wire/immuni/analytics.ts';
import { attestation } from '../../protocol/wire/immuni/attestation.ts';
import { deviceToken, HARDWARE_BYTES } from '../../protocol/wire/immuni/deviceToken.ts';
import { checkOtpEndpoint } from '../../protocol/wire/immuni/ingestion.ts';
import { newOtp, OTP_CODES, otpToken } from '../../protocol/wire/immuni/otp.ts';
import { OTP_LIFETIME_SECONDS } from '../../protocol/wire/immuni/otpService.ts';
import { bearer } from '../../protocol/wire/immuni/parts.ts';
import { chanceOfGuessing } from '../../stats/guessing.ts';
import type { Figures } from '../figures.ts';
import { chainsOf, provenGroups } from './linking.ts';
import { type OutsiderPorts, publishedFiles } from './published.ts';
import type { Story } from './resolve.ts';
import type { Attack } from './schema.ts';

type AttackOf<K extends Attack['attack']> = Extract<Attack, { attack: K }>;

/** From the power of our phones, -20 dBm, to -48 dBm: what is received seems 28 dB nearer. */
const NEARER = (-20 ^ -48) & 0xff;

/** Of an analytics token; it is sent as 128 hexadecimal digits. */
const TOKEN_BYTES = 64;
/** 24 characters of base64. */
const SALT_BYTES = 16;

/** Somebody carries frames of one phone to another that is not there. Both memories afterwards. */
export function carry(
  [from, to]: readonly [Near, Near],
  { attack, after, minutes, attenuation }: Extract<Attack, { after: number }>,
  entropy: Entropy,
): readonly [PhoneMemory, PhoneMemory] {
  const powerBits = attack === 'bitflip' ? NEARER : 0;
  return relay([from, to], { minutes, attenuation, delay: after, powerBits }, entropy);
}

/**
 * One for a story. It is given what anybody has: addresses of servers, and the air around phones. Secrets of phones, such as
 * keys that are not published, never come here.
 */
export class Attacker {
  readonly #system: Story['system'];
  readonly #entropy: Entropy;
  /** Of the one genuine phone that they own. */
  readonly #hardware: Uint8Array;
  readonly #token: string;
  /** Log of the scanner, over all steps. */
  readonly #seen: Pseudonym[] = [];
  /** Of the last download. */
  #keys = 0;
  #groups: readonly (readonly string[])[] = [];
  #guesses = 0;
  #guessed = 0;
  /** Of the last guesses, that one of them is right. */
  #chance = 0;
  #reports = 0;

  constructor({ system, seed }: Pick<Story, 'system' | 'seed'>) {
    this.#system = system;
    this.#entropy = keyedEntropy(seed, 'attacker');
    this.#hardware = this.#entropy(HARDWARE_BYTES);
    this.#token = toHex(this.#entropy(TOKEN_BYTES));
  }

  /** Knows what is published, and nothing else. The memory of the phone afterwards. */
  async impersonate(to: Near, times: AttackOf<'published'>, ports: OutsiderPorts): Promise<PhoneMemory> {
    return impersonated(to, distinct(await this.#download(ports)), times);
  }

  /** The memory of the phone afterwards. */
  flood(to: Near, options: AttackOf<'flood'>): PhoneMemory {
    return flooded(to, options, this.#entropy);
  }

  /** Listens to a phone; the log is one for all phones, as a scanner cannot tell them apart. */
  track(from: Near, options: Parameters<typeof advertised>[1]): PhoneMemory {
    const { memory, seen } = advertised(from, options, this.#entropy);
    this.#seen.push(...seen);
    return memory;
  }

  /** What is published until now, file by file: whoever mixes files mixes uploads of several days. */
  async link(ports: OutsiderPorts): Promise<void> {
    const proven = (await this.#download(ports)).flatMap(provenGroups);
    // The keys of an hour come again in the file of the day.
    this.#groups = [...new Map(proven.map((group) => [group.join(), group])).values()];
  }

  /** `valid`: how many passwords are authorised. All guesses are made at one moment of the backend's clock. */
  async guess({ perSecond }: AttackOf<'guess'>, valid: number, ports: OutsiderPorts): Promise<void> {
    const guesses = Math.round(perSecond * OTP_LIFETIME_SECONDS);
    for (let guess = 0; guess < guesses; guess++)
      if ((await this.#tryOtp(newOtp(this.#entropy), ports)) === 204) this.#guessed++;
    this.#guesses += guesses;
    this.#chance = chanceOfGuessing({ valid, space: OTP_CODES, guesses });
  }

  /** A check uses no password up, and no limit on checks is documented, so that nobody needs to upload to learn. */
  async #tryOtp(code: string, { servers, http }: OutsiderPorts): Promise<number> {
    const headers = { authorization: bearer(otpToken(code)), 'immuni-dummy-data': '0' };
    return (await ask(http, servers.upload, checkOtpEndpoint, { headers, body: { padding: '' } })).status;
  }

  /** No reply tells what counts: the backend has 204 for all. */
  async pollute({ reports, platform, device }: AttackOf<'pollute'>, ports: OutsiderPorts): Promise<void> {
    if (platform === 'ios' && device === 'genuine') await this.#askForToken(ports);
    for (let report = 0; report < reports; report++)
      await (platform === 'ios' ? this.#sendApple(device, ports) : this.#sendGoogle(device, ports));
    this.#reports += reports;
  }

  /** A deployed server decides 7 to 13 s later, by looks at the device (backend spec A5): a later step finds it good. */
  async #askForToken({ servers, http }: OutsiderPorts): Promise<void> {
    const body = { analytics_token: this.#token, device_token: deviceToken(this.#hardware, this.#entropy) };
    await ask(http, analyticsOf(servers), appleToken, { body });
  }

  async #sendApple(device: AttackOf<'pollute'>['device'], { servers, http, now }: OutsiderPorts): Promise<void> {
    const token = device === 'genuine' ? this.#token : toHex(this.#entropy(TOKEN_BYTES));
    const headers = { authorization: bearer(token), 'immuni-dummy-data': '0' };
    await ask(http, analyticsOf(servers), appleOperationalInfo, { headers, body: invented(now) });
  }

  /** Forged: what a phone would state that was opened. A new salt each time, else a server counts one. */
  async #sendGoogle(device: AttackOf<'pollute'>['device'], { servers, http, now }: OutsiderPorts): Promise<void> {
    const info = { ...invented(now), salt: toBase64(this.#entropy(SALT_BYTES)) };
    const forged = { basicIntegrity: false, ctsProfileMatch: false };
    const body = { ...info, signed_attestation: attestation(info, now, device === 'genuine' ? {} : forged) };
    await ask(http, analyticsOf(servers), googleOperationalInfo, { headers: { 'immuni-dummy-data': '0' }, body });
  }

  async #download(ports: OutsiderPorts): Promise<readonly KeyTable[]> {
    const files = await publishedFiles(this.#system, ports);
    this.#keys = distinct(files).length;
    return files;
  }

  /** What checks may ask of what they did and learnt. */
  facts(): Figures {
    return {
      keys: this.#keys,
      keyGroups: this.#groups.length,
      linkedKeys: Math.max(0, ...this.#groups.map((group) => group.length)),
      chain: chainsOf(this.#seen)[0] ?? 0,
      guesses: this.#guesses,
      guessed: this.#guessed,
      chance: this.#chance,
      reports: this.#reports,
    };
  }
}

/** Each key once. */
function distinct(files: readonly KeyTable[]): readonly DiagnosisKey[] {
  const all = files.flatMap((file) => Array.from({ length: file.length }, (_, row) => keyAt(file, row)));
  return [...new Map(all.map((key) => [toHex(key.keyData.subarray(0, KEY_BYTES)), key])).values()];
}

/** Systems without analytics answer at none of its paths. */
const analyticsOf = ({ analytics, upload }: OutsiderPorts['servers']): string => analytics ?? upload;

/** Operational info of a phone that was warned: what would mislead a ministry most. */
const invented = (now: number) => ({
  province: 'MI',
  exposure_permission: 1 as const,
  bluetooth_active: 1 as const,
  notification_permission: 1 as const,
  exposure_notification: 1 as const,
  last_risky_exposure_on: isoDay(utcDayOf(now)),
  build: 1,
});
