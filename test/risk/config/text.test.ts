import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/risk/config/protobuf.ts';
import { binaryTargetNames, targetNamed } from '../../../src/risk/config/registry.ts';
import { textOf } from '../../../src/risk/config/text.ts';
import { parametersOf } from '../../helpers/configurationArbitraries.ts';
import type { TargetName } from '../../helpers/configurations.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

describe('text or binary', () => {
  it('is text: any JSON, with comments, blanks or a byte order mark before it', () => {
    const before = fc.constantFrom('', ' ', '\n\n', '\uFEFF', '# captured\n', '\r\n\t');
    fc.assert(
      fc.property(before, fc.dictionary(fc.string(), fc.jsonValue()), (start, value) => {
        const text = start + JSON.stringify(value);
        expect(textOf(bytes(text))).toBe(text.replace(/^\uFEFF/, ''));
      }),
    );
  });

  it.each([
    ['words', 'hello, world\n'],
    ['nothing', ''],
    ['blanks', ' \n\t\r\n'],
    ['letters outside of ASCII', 'größer als 55 dB'],
    ['a broken document, so that JSON says what is wrong', '{"a": \u0000'],
  ])('is text: %s', (_, text) => {
    expect(textOf(bytes(text))).toBe(text);
  });

  it.each([
    ['control characters', bytes('a\u0001b')],
    ['bytes that are no UTF-8', Uint8Array.from([0x41, 0xff, 0x42])],
    ['UTF-16 with a byte order mark', bytes('\uFEFF{"a":1}', 'utf16le')],
    ['a zip', bytes('PK\u0003\u0004')],
  ])('is binary: %s', (_, own) => {
    expect(textOf(own)).toBeNull();
  });

  it.each(binaryTargetNames)('is binary: every %s', (name) => {
    const target = targetNamed(name);
    fc.assert(
      fc.property(parametersOf[name as TargetName], (parameters) => {
        const document = target.encode(target.model.parameters.parse(parameters)) as object;
        expect(textOf(encodeMessage(target.protobuf!, document))).toBeNull();
      }),
    );
  });
});
