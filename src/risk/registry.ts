/** The deployed risk models by name: a new one is a file in models/ and a line here. */
import { EnlabError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { RiskModel } from './model.ts';
import { covidWatchAz } from './models/covidWatch.ts';
import { cwaV1 } from './models/cwaV1.ts';
import { cwaV2 } from './models/cwaV2.ts';
import { dp3t } from './models/dp3t.ts';
import { env1 } from './models/env1.ts';
import { env2 } from './models/env2.ts';
import { immuni } from './models/immuni.ts';
import { stoppCorona } from './models/stoppCorona.ts';

// A method parameter is checked bivariantly, so models of different parameters share a list; each is only ever handed
// what its own schema has parsed.
const models: readonly RiskModel<unknown>[] = [env1, immuni, cwaV1, cwaV2, env2, dp3t, stoppCorona, covidWatchAz];

export const modelNames: readonly string[] = models.map(({ name }) => name);

/** Throws E-FILE-INVALID with the nearest name. */
export function modelNamed(name: string): RiskModel<unknown> {
  const model = models.find((candidate) => candidate.name === name);
  if (model) return model;
  const guess = nearest(name, modelNames);
  throw new EnlabError('E-FILE-INVALID', `there is no risk model "${name}"`, {
    hint: guess ? `did you mean "${guess}"?` : `models are ${modelNames.join(', ')}`,
  });
}
