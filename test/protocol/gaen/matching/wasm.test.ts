import { describe, expect, it } from 'vitest';
import { textOf } from '../../../helpers/sourceFiles.ts';

describe('the committed WebAssembly', () => {
  const committed = textOf('src/protocol/gaen/matching/hkdf.generated.ts');

  it('is small, needs nothing from outside and knows no path of a machine', () => {
    const bytes = Buffer.from(committed.match(/'([^']+)'/)![1]!, 'base64');
    expect(bytes.length).toBeLessThan(8_192);
    // Section 2 of a module lists its imports (WebAssembly Core Specification, 5.5.5); section 3 follows section 1 here.
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('0061736d01000000', 'hex'));
    expect(bytes[8]).toBe(1);
    expect(bytes[10 + bytes[9]!]).toBe(3);
    expect(bytes.toString('latin1')).not.toMatch(/\/(home|tmp|work)|\.ts/);
  });
});
