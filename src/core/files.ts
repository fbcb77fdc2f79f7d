import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Folder that holds package.json: the same for sources, for dist and for an installed package. */
function packageRoot(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) folder = new URL('..', folder);
  return folder;
}

/** Text of a file that ships with the package, by its path from the package's folder. */
export const packageText = (path: string): string => readFileSync(new URL(path, packageRoot()), 'utf8');

/** Sorted names of the files in a folder that ships with the package. */
export const packageFolder = (path: string): readonly string[] => readdirSync(new URL(path, packageRoot())).toSorted();
