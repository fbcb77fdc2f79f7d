/** The TypeScript files of the checkout, for tests about the code itself. */
import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

export interface SourceFile {
  /** From the project's folder, "src/core/time.ts". */
  readonly path: string;
  readonly text: string;
}

export const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Every .ts and .tsx file below some top folders. */
export const sourceFiles = (...folders: readonly string[]): readonly SourceFile[] =>
  folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .toSorted()
      .map((path) => ({ path, text: textOf(path) })),
  );

export const productFiles = (): readonly SourceFile[] => sourceFiles('src', 'calibration', 'cli');
