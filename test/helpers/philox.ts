/**
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11): the oracle that
 * keyed randomness is compared with. Four words of one counter under one key.
 */
export type Words4 = readonly [number, number, number, number];

const upperProduct = (a: number, b: number): number => {
  const lower = Math.imul(a, b) >>> 0;
  return (((a >>> 0) * (b >>> 0) - lower) / 4_294_967_296 + 0.5) >>> 0;
};

export function philox4x32(counter: Words4, key: readonly [number, number]): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const upper0 = upperProduct(0xd2511f53, c0);
    const upper1 = upperProduct(0xcd9e8d57, c2);
    const lower0 = Math.imul(0xd2511f53, c0);
    const lower1 = Math.imul(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [upper1 ^ c1 ^ k0, lower1, upper0 ^ c3 ^ k1, lower0];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}
