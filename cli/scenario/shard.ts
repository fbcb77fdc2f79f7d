import { InvalidArgumentError } from 'commander';

/** "2/4": the second of four parts. */
export function shard(text: string): { readonly i: number; readonly n: number } {
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (!i || !n || i > n) throw new InvalidArgumentError('It must be a part of all parts, as in 1/4.');
  return { i, n };
}
