/** enlab backend inspect, verify and generate-keys, as people and scripts call them. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { privateKeyPem, publicKeyPem } from '../../src/protocol/export/keyPair.ts';
import { backendInspectSchema, backendVerifySchema, generateKeysSchema } from '../../src/protocol/export/schemas.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { DAY_BEFORE, type ForeignExport, type ForeignKey, foreignFile, WINDOW } from '../helpers/foreignKeyFiles.ts';
import { keysOf, otherPair, pair, swissKey, swissZip } from '../helpers/keyExports.ts';

const keys = keysOf(3).map(
  ({ keyData }, k): ForeignKey => ({
    data: keyData,
    start: DAY_BEFORE,
    period: 144,
    level: k + 1,
    reportType: 1,
    days: k - 1,
  }),
);
const signed = (content: ForeignExport) => foreignFile({ keys, ...content }, [{ privateKey: pair.privateKey }]);
const place = new Workplace({
  'a.zip': signed({}),
  'bad.zip': signed({ keys: [...keys, { ...keys[0]!, period: 0 }], revised: [{ ...keys[0]!, reportType: 5 }] }),
  'one.zip': signed({ batch: [1, 2], window: [WINDOW[1], WINDOW[1] + 3600] }),
  'two.zip': signed({ batch: [2, 2], window: [WINDOW[1], WINDOW[1] + 3600], keys: [] }),
  'unsigned.zip': foreignFile({ keys }, []),
  'swiss.zip': swissZip,
  'swiss.pem': publicKeyPem(swissKey),
  'public.pem': publicKeyPem(pair.publicKey),
  'private.pem': privateKeyPem(pair.privateKey),
  'other.pem': publicKeyPem(otherPair.publicKey),
  'rsa.pem': publicKeyPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
  'cut.zip': swissZip.subarray(0, 100),
  'page.zip': '<html>404</html>',
  'empty.zip': '',
});

describe('backend inspect', () => {
  it('gives everything of a file as the contract says', async () => {
    const result = await place.json(
      'backend inspect bad.zip --public-key public.pem --key-id 222',
      backendInspectSchema,
    );
    expect(result).toMatchObject({
      data: { files: 1, keys: 3, revisedKeys: 1, rejected: 1, simulatedKeys: 0 },
      header: 'EK Export v1',
      region: '222',
      window: { start: '2020-10-01T16:00:00.000Z', endTimestamp: WINDOW[1] },
      batch: { number: 1, size: 1 },
      verified: true,
      signatures: [{ verificationKeyId: '222', verdict: 'valid' }],
      keys: [0, 1, 2].map((k) => ({
        keyData: Buffer.from(keys[k]!.data!).toString('base64'),
        transmissionRiskLevel: k + 1,
        rollingStartIntervalNumber: DAY_BEFORE,
        rollingPeriod: 144,
        reportType: 'CONFIRMED_TEST',
        daysSinceOnsetOfSymptoms: k - 1,
      })),
      revisedKeys: [{ reportType: 'REVOKED' }],
      rejected: { 'rolling period outside 1..144': 1 },
      rejectedRows: { keys: { 'rolling period outside 1..144': [4] }, revisedKeys: {} },
    });
  });

  it('shows a real file to a person', async () => {
    const text = await place.output('backend inspect swiss.zip --head 1');
    expect(text).toMatch(/Signature not checked: pass --public-key/);
    expect(text).toMatch(/region +ch\n/);
    expect(text).toMatch(/window +2020-08-26T00:00:00.000Z to 2020-08-26T02:00:00.000Z/);
    expect(text).toMatch(/228 v1 +1\.2\.840\.10045\.4\.3\.2 +ch\.admin\.bag\.dp3t +unchecked/);
    expect(text).toMatch(/2020-08-26 +1 +1\n/);
    expect(await place.output('backend inspect swiss.zip --public-key swiss.pem')).toContain('The signature verifies.');
  });

  it('lists several files, and reasons why keys are not used', async () => {
    const result = await place.json('backend inspect a.zip bad.zip', backendInspectSchema);
    expect('files' in result && result.files.map(({ file }) => file)).toEqual(['a.zip', 'bad.zip']);
    expect(await place.output('backend inspect a.zip bad.zip --head 0')).toMatch(/rolling period outside 1..144 +1\n/);
  });

  it('says which files a phone checked', async () => {
    const { hashes } = (await place.json('backend inspect a.zip', backendInspectSchema)) as {
      hashes: { binary: string };
    };
    const entry = {
      timestamp: '1. Oktober',
      keyCount: 3,
      matchesCount: 1,
      appName: 'Immuni',
      hash: Buffer.from(hashes.binary, 'hex').toString('base64'),
    };
    place.put('log.json', JSON.stringify([entry, { ...entry, keyCount: 9 }, { ...entry, hash: 'A'.repeat(43) }, {}]));
    const { phoneLog } = await place.json('backend inspect a.zip bad.zip --phone-log log.json', backendInspectSchema);
    expect(phoneLog).toMatchObject({ system: 'android', checks: 3, unreadable: 1, others: 1 });
    expect(phoneLog!.files.map(({ file, checks }) => [file, checks.map(({ countAgrees }) => countAgrees)])).toEqual([
      ['a.zip', [true, false]],
      ['bad.zip', []],
      ['all files together, in this order', []],
    ]);
    const text = await place.output('backend inspect a.zip bad.zip --phone-log log.json');
    expect(text).toMatch(/a\.zip +1\. Oktober +Immuni +3 +1 +yes/);
    expect(text).toMatch(/bad\.zip +not checked by this phone/);
  });
});

describe('backend verify', () => {
  it('accepts signed files in whole batches', async () => {
    const result = await place.json(
      'backend verify one.zip a.zip two.zip --public-key public.pem',
      backendVerifySchema,
    );
    expect(result).toMatchObject({ data: { files: 3, keys: 6, rejected: 0 }, options: { keyId: null } });
    expect(
      await place.output('backend verify swiss.zip --public-key swiss.pem --key-id 228 --key-version v1'),
    ).toContain('swiss.zip verifies');
  });

  it.each([
    ['a.zip --public-key other.pem', /a\.zip: the signature is not accepted: it does not verify/],
    ['unsigned.zip --public-key public.pem', /unsigned\.zip: the file is unsigned/],
    ['a.zip --public-key public.pem --key-id 262', /names key 222 version v1/],
    [
      'one.zip --public-key public.pem',
      /the batch is not whole \(region 222, .*\): 1 of 2 files are there; file 2 is missing/,
    ],
    ['one.zip one.zip --public-key public.pem', /file 1 of 2 is there twice/],
  ])('%s: exit 3', async (words, message) => {
    expectError(await place.enlab(`backend verify ${words}`), 3, 'E-CHECK', message);
  });

  it.each([
    ['cut.zip --public-key public.pem', 'E-KEY-FILE', /cut\.zip: the archive is cut off/],
    ['page.zip --public-key public.pem', 'E-KEY-FILE', /page\.zip: this is no zip archive/],
    ['empty.zip --public-key public.pem', 'E-FILE-EMPTY', /empty\.zip/],
    ['none.zip --public-key public.pem', 'E-FILE-MISSING', /none\.zip/],
    ['a.zip --public-key none.pem', 'E-FILE-MISSING', /none\.pem/],
    ['a.zip --public-key rsa.pem', 'E-FILE-FORMAT', /rsa\.pem: this is a key for rsa/],
    ['a.zip --public-key public.pem --max-keys 2', 'E-LIMIT', /a\.zip: the file holds 3 keys, more than 2/],
    ['a.zip --public-key public.pem --out a.zip', 'E-OUTPUT', /a\.zip/],
  ])('%s: exit 2', async (words, code, message) => {
    expectError(await place.enlab(`backend verify ${words}`), 2, code, message);
  });

  it('needs a key, and inspect needs one to choose among signatures', async () => {
    expect(await place.enlab('backend verify a.zip')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--public-key/),
    });
    expectError(await place.enlab('backend inspect a.zip --key-id 222'), 2, 'E-USAGE', /no key is given/);
  });
});

describe('backend generate-keys', () => {
  it('writes a file that verifies, whose keys are marked as simulated', async () => {
    const here = new Workplace();
    const ran = await here.enlab(
      'backend generate-keys 500 --out keys.zip --start 2020-10-01 --days 5 --region DE --key-id 262 --format json',
    );
    const result = parsed(ran.stdout, generateKeysSchema);
    expect(ran.stderr).toMatch(/^seed 1; repeat with: enlab backend generate-keys 500 .* --seed 1\n/);
    expect(result).toMatchObject({
      seed: 1,
      data: { keys: 500 },
      region: 'DE',
      window: { start: '2020-10-06T00:00:00.000Z' },
      options: { days: 5, keyId: '262' },
    });
    await here.output('backend verify keys.zip --public-key keys.zip.public.pem --key-id 262');
    const read = await here.json('backend inspect keys.zip', backendInspectSchema);
    expect(read).toMatchObject({
      data: { keys: 500, simulatedKeys: 500, rejected: 0 },
      hashes: { binary: result.hash },
    });
  });

  it('makes the same export.bin of the same seed, and says what else it takes to repeat it', async () => {
    const here = new Workplace();
    const hash = async (words: string): Promise<string> =>
      parsed(
        (await here.enlab(`backend generate-keys 50 --out k.zip --format json ${words}`)).stdout,
        generateKeysSchema,
      ).hash;
    expect(await hash('--start 2020-08-30')).toBe(await hash(''));
    expect(await hash('--seed 2')).not.toBe(await hash(''));
    expect((await here.enlab('backend generate-keys 5 --out k.zip')).stderr).toMatch(
      /first day 2020-08-30: add --start/,
    );
  });

  it('signs with a given key, and puts the public one where it is told', async () => {
    const here = new Workplace({ 'private.pem': place.text('private.pem') });
    await here.output(
      'backend generate-keys 5 --start 2020-10-01 --private-key private.pem --public-key-out p.pem --out k.zip',
    );
    expect(here.files()).toEqual(['k.zip', 'p.pem', 'private.pem']);
    expect(here.text('p.pem')).toBe(place.text('public.pem'));
  });

  it.each([
    ['10000000 --out k.zip', /whole number from 1 to 1000000/],
    ['0 --out k.zip', /whole number from 1/],
    ['5 --out k.zip --start 2020-02-31', /a date such as 2020-10-01/],
    ['5 --out k.zip --days 31', /from 1 to 30/],
    ['5', /--out/],
  ])('%s: exit 2', async (words, message) => {
    expect(await place.enlab(`backend generate-keys ${words}`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(message),
      stdout: '',
    });
  });
});
