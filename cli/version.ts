import { packageText } from '../src/core/files.ts';

/** Version of enlab, from its package.json. */
export const version = (): string => (JSON.parse(packageText('package.json')) as { version: string }).version;
