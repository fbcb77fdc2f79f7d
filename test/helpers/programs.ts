/** Other programs of the machine that system tests use. */
import { spawnSync } from 'node:child_process';

export const has = (program: string): boolean =>
  spawnSync(program, ['--version']).status === 0 || spawnSync(program, ['version']).status === 0;
