/** The committed WebAssembly is built again; the compiler is a program of its own. */
import { expect, it } from 'vitest';
import { wasmModuleText } from '../../tools/wasm.ts';
import { textOf } from '../helpers/sourceFiles.ts';

it('is what the AssemblyScript compiles to (npm run wasm)', () => {
  expect(wasmModuleText()).toBe(textOf('src/protocol/gaen/matching/hkdf.generated.ts'));
});
