/** generate-keys: a signed key export file of keys of nobody, to try out servers, apps and phones with. */
import { createHash } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isoDay, parseIsoDay, utcDayOf } from '../../../src/core/time.ts';
import { SECONDS_PER_DAY, type UtcDay } from '../../../src/core/units.ts';
import { generateKeysDocument } from '../../../src/protocol/export/document.ts';
import type { ExportWindow } from '../../../src/protocol/export/format.ts';
import { shownWindow } from '../../../src/protocol/export/inspected.ts';
import { type KeyOrder, keyOrders } from '../../../src/protocol/export/keyOrder.ts';
import { type KeyPair, newKeyPair, publicKeyPem, readKeyPair } from '../../../src/protocol/export/keyPair.ts';
import { defaultLimits } from '../../../src/protocol/export/reader.ts';
import type { GenerateKeysResult } from '../../../src/protocol/export/schemas.ts';
import { exportBinary, exportZip } from '../../../src/protocol/export/writer.ts';
import { simulatedDiagnosisKeys } from '../../../src/protocol/gaen/simulatedDiagnosisKeys.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { readText, withDestinations } from '../../files.ts';
import { named } from '../../options/keyFiles.ts';
import { beside, integer } from '../../options/values.ts';
import { announceSeed } from '../../seed.ts';
import { type Format, show } from '../../show.ts';

interface Flags {
  readonly out: string;
  readonly publicKeyOut?: string;
  readonly privateKey?: string;
  readonly seed: number;
  readonly start?: UtcDay;
  readonly days: number;
  readonly region: string;
  readonly keyId: string;
  readonly keyVersion: string;
  readonly appBundleId?: string;
  readonly order: KeyOrder;
  readonly format?: Exclude<Format, 'csv'>;
}

/** Defaults are those of Immuni (backend.md A2). */
export const define: CommandModule['define'] = (command, edge) => {
  command.argument('<n>', 'how many keys', integer({ min: 1, max: defaultLimits.maxKeys }));
  command
    .requiredOption('--out <file.zip>', 'where the key file goes')
    .option('--public-key-out <file>', 'where the public key goes (default: FILE.public.pem beside it)', beside)
    .option('--private-key <pem>', 'sign with this key, P-256 (default: a fresh pair, whose private half is not kept)');
  addContentOptions(command);
  command.addOption(new Option('--format <format>', 'form of the summary').choices(['table', 'json']));
  examples(command, [
    ['enlab backend generate-keys 1000 --out keys.zip', 'keys.zip and keys.zip.public.pem'],
    [
      'enlab backend generate-keys 600000 --start 2020-10-01 --region DE --key-id 262 --out big.zip',
      'as Corona-Warn-App',
    ],
    ['enlab backend verify keys.zip --public-key keys.zip.public.pem', 'what a phone would say'],
  ]);
  command.action((count: number, flags: Flags) => act(edge, count, flags));
};

const addContentOptions = (command: Command): Command =>
  command
    .addOption(new Option('--seed <n>', 'seed of every key').argParser(integer({ min: 0, max: 0xffffffff })).default(1))
    .addOption(
      new Option('--start <date>', 'first UTC day of keys (default: so that they end yesterday)').argParser(day),
    )
    .addOption(new Option('--days <n>', 'days of keys').argParser(integer({ min: 1, max: 30 })).default(14))
    .option('--region <code>', 'country, or mobile country code', '222')
    .option('--key-id <id>', 'verification key id', '222')
    .option('--key-version <version>', 'verification key version', 'v1')
    .option('--app-bundle-id <id>', 'iOS app that the signature is for')
    .addOption(
      new Option('--order <order>', 'order of keys: of their bytes, or of their base64 text as Immuni')
        .choices(keyOrders)
        .default('bytes'),
    );

function day(text: string): UtcDay {
  const value = parseIsoDay(text);
  // ENIntervalNumbers count from 1970, and the year of a key file has four digits.
  if (value === null || value < 1) throw new InvalidArgumentError('It must be a date such as 2020-10-01.');
  return value;
}

async function act(edge: Edge, count: number, flags: Flags): Promise<void> {
  const publicKeyOut = flags.publicKeyOut ?? `${flags.out === '-' ? 'keys' : flags.out}.public.pem`;
  const firstDay = flags.start ?? utcDayOf(edge.now()) - flags.days;
  const inputs = flags.privateKey === undefined ? [] : [flags.privateKey];
  announceSeed(edge, flags.seed);
  if (flags.start === undefined)
    edge.stderr.write(`first day ${isoDay(firstDay)}: add --start to get the same keys another day\n`);
  await withDestinations(edge, { inputs, outputs: [flags.out, publicKeyOut] }, async ([out, publicOut]) => {
    const pair = keyPairOf(edge, flags);
    const window = windowAfter(firstDay + flags.days);
    const { keyId, keyVersion, appBundleId, region, order } = flags;
    const signer = {
      privateKey: pair.privateKey,
      keyId,
      keyVersion,
      ...(appBundleId !== undefined && { appBundleId }),
    };
    const keys = simulatedDiagnosisKeys(count, { seed: flags.seed, firstDay, days: flags.days });
    const content = { window, region, keys, signers: [signer], order };
    const binary = exportBinary(content);
    const zip = exportZip(binary, content);
    out!.write(zip);
    publicOut!.write(publicKeyPem(pair.publicKey));
    const result: GenerateKeysResult = {
      schema: 'enlab.backend.generate-keys',
      version: 1,
      seed: flags.seed,
      options: echo(count, flags, firstDay),
      data: { keys: count },
      file: flags.out,
      publicKeyFile: publicKeyOut,
      bytes: zip.length,
      region,
      window: shownWindow(window)!,
      hash: createHash('sha256').update(binary).digest('hex'),
    };
    // The file itself may go to stdout, and then nothing else does.
    if (flags.out !== '-')
      await show(edge, flags.format ? { format: flags.format } : {}, undefined, result, generateKeysDocument(result));
  });
}

/** The day after the last key, on which a server may publish it. */
const windowAfter = (lastDay: UtcDay): ExportWindow => ({
  start: lastDay * SECONDS_PER_DAY,
  end: (lastDay + 1) * SECONDS_PER_DAY,
});

function keyPairOf(edge: Edge, { privateKey }: Flags): KeyPair {
  if (privateKey === undefined) return newKeyPair((length) => edge.entropy(length));
  return named(privateKey, () => readKeyPair(readText(edge, privateKey)));
}

const echo = (count: number, flags: Flags, firstDay: UtcDay): GenerateKeysResult['options'] => ({
  count,
  start: isoDay(firstDay),
  days: flags.days,
  region: flags.region,
  keyId: flags.keyId,
  keyVersion: flags.keyVersion,
  appBundleId: flags.appBundleId ?? null,
  order: flags.order,
  privateKey: flags.privateKey ?? null,
});
