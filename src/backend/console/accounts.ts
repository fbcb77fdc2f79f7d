/** Who may use the console: names and salted hashes of passwords, and how often somebody may try. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Entropy } from '../../core/entropy.ts';
import type { Seconds, UnixSeconds } from '../../core/units.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Symbols that nobody takes for each other; 20 of 32 are 100 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz123456789';
const PASSWORD_GROUPS = 4;
const GROUP_LENGTH = 5;

/** Letters, digits, dots and dashes: a name stands in logs. */
export const isOperatorName = (text: string): boolean => /^[a-z0-9][a-z0-9.-]{0,31}$/.test(text);

const base64 = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
export const accountsForm = z.record(z.string(), z.strictObject({ salt: base64, hash: base64 }));
export type Accounts = Readonly<z.infer<typeof accountsForm>>;
type Account = Accounts[string];

const derived = promisify(scrypt) as (password: string, salt: Uint8Array, length: number) => Promise<Buffer>;

/** "k7pma-…": chosen by the machine, so that it is nobody's other password. */
export const newPassword = (entropy: Entropy): string =>
  Array.from({ length: PASSWORD_GROUPS }, () =>
    [...entropy(GROUP_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''),
  ).join('-');

export async function newAccount(password: string, entropy: Entropy): Promise<Account> {
  const salt = Uint8Array.from(entropy(SALT_BYTES));
  return { salt, hash: Uint8Array.from(await derived(password, salt, HASH_BYTES)) };
}

const NOBODY: Account = { salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(HASH_BYTES) };

/** Takes as long for a name that does not exist. */
export async function isPassword(accounts: Accounts, name: string, password: string): Promise<boolean> {
  const account = Object.hasOwn(accounts, name) ? accounts[name]! : NOBODY;
  const hash = await derived(password, account.salt, HASH_BYTES);
  return timingSafeEqual(hash, account.hash) && account !== NOBODY;
}

/** Wrong passwords for a name in a quarter of an hour, after which it is locked for as long. */
export const MOST_ATTEMPTS = 5;
export const LOCKED: Seconds = 900;
/** Names that are remembered: somebody who tries many must not fill the memory. */
const MOST_NAMES = 10_000;

/** Counts failures, for names that exist and names that do not: the answer must not tell them apart. */
export class Attempts {
  readonly #failures = new Map<string, readonly UnixSeconds[]>();

  isLocked(name: string, now: UnixSeconds): boolean {
    return this.#recent(name, now).length >= MOST_ATTEMPTS;
  }

  failed(name: string, now: UnixSeconds): void {
    const recent = this.#recent(name, now);
    this.#failures.delete(name);
    this.#failures.set(name, [...recent, now]);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_NAMES) this.#failures.delete(oldest!);
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }

  #recent(name: string, now: UnixSeconds): readonly UnixSeconds[] {
    return (this.#failures.get(name) ?? []).filter((time) => time > now - LOCKED);
  }
}
