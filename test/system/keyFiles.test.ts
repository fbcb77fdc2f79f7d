/** Key files under long fuzz, and in the hands of tools that nobody here wrote: Python's zipfile and OpenSSL. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readSignatures } from '../../src/protocol/export/signature.ts';
import { Workplace } from '../helpers/cli.ts';
import { fuzzKeyFiles } from '../helpers/keyFileFuzz.ts';
import { has } from '../helpers/programs.ts';

const CASES = 120_000;

it(`${CASES} damaged files: no crash, no hang`, () => {
  const { read, refused } = fuzzKeyFiles(CASES, 2);
  expect(read + refused).toBe(CASES);
  expect(refused).toBeGreaterThan(CASES / 2);
});

describe.skipIf(!has('python3') || !has('openssl'))('a file that we write (python3, openssl)', () => {
  const unpack =
    'import sys, zipfile; z = zipfile.ZipFile("keys.zip"); assert z.testzip() is None; ' +
    'assert z.namelist() == ["export.bin", "export.sig"]; z.extractall()';

  it('is unpacked by Python and verified by OpenSSL', async () => {
    const place = new Workplace();
    await place.output(
      'backend generate-keys 5000 --start 2020-10-01 --out keys.zip --public-key-out public.pem --format json',
    );
    execFileSync('python3', ['-c', unpack], { cwd: place.folder });
    place.put('signature.der', readSignatures(place.bytes('export.sig'))[0]!.signature);
    const openssl = ['dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature.der', 'export.bin'];
    expect(execFileSync('openssl', openssl, { cwd: place.folder, encoding: 'utf8' })).toBe('Verified OK\n');
  });

  it('signed with a key that OpenSSL made, it verifies here with the public half that OpenSSL wrote', async () => {
    const place = new Workplace();
    const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: place.folder, stdio: 'pipe' });
    openssl('ecparam -genkey -name prime256v1 -noout -out private.pem');
    openssl('ec -in private.pem -pubout -out public.pem');
    await place.output('backend generate-keys 10 --start 2020-10-01 --private-key private.pem --out keys.zip');
    await place.output('backend verify keys.zip --public-key public.pem');
    expect(place.text('keys.zip.public.pem')).toBe(place.text('public.pem'));
  });
});
