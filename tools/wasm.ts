/**
 * Compiles the AssemblyScript of the matching engine into a TypeScript file that holds the module as base64: it loads
 * in the same way from the sources, from dist, from workers and from an installed package. `npm run wasm` rewrites it;
 * test/system/wasm.test.ts compiles anew and compares.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/protocol/gaen/matching/', import.meta.url));

/** As a program: the types of its interface would add to those of Array in the whole project. */
const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));
/** `stub`: nothing is ever allocated. */
const flags = ['--optimizeLevel', '3', '--enable', 'simd', '--runtime', 'stub', '--noAssert'];

/** Text of hkdf.generated.ts. Throws with the compiler's message. */
export function wasmModuleText(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'enlab-wasm-'));
  try {
    const output = join(scratch, 'hkdf.wasm');
    // The source is named from its own folder, so that no path of this machine gets into the module.
    const words = [compiler, 'hkdf.ts', ...flags, '--outFile', output];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: join(folder, 'wasm'), encoding: 'utf8' });
    if (status !== 0) throw new Error(`wasm/hkdf.ts does not compile:\n${stderr}`);
    const base64 = readFileSync(output).toString('base64');
    return `// Made by "npm run wasm" from wasm/hkdf.ts.\nexport default '${base64}';\n`;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync(join(folder, 'hkdf.generated.ts'), wasmModuleText());
