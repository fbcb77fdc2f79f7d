/** A place for tests: round figures, of no trace. */
import type { PropagationModel } from '../../src/propagation/model.ts';

export const indoors: PropagationModel = {
  atOneMetre: 50,
  exponent: 2,
  shadowing: 5,
  scanNoise: 3,
  advertNoise: 4,
  body: 6,
  carriage: { hand: 0, pocket: 5, bag: 8 },
  limit: 105,
};
