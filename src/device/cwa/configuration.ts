/** What the server has configured, for version 1 or 2 of the Corona-Warn-App. */
import { EnlabError } from '../../core/errors.ts';
import { readSigned } from '../../protocol/export/reader.ts';
import { configurationV1, configurationV2 } from '../../protocol/wire/cwa/distribution.ts';
import { decodeConfiguration } from '../../risk/config/registry.ts';
import type { PhonePorts } from '../ports.ts';
import { ask } from '../servers.ts';
import type { SyncOptions } from '../system.ts';
import { type CwaJudge, judgeOf } from './judges.ts';

/** Throws E-SERVER for a configuration that is not there or not valid. */
export async function judgeFor(options: SyncOptions, { clock, http }: PhonePorts): Promise<CwaJudge> {
  const { app, platform } = options.profile;
  const { get } = options.servers;
  const answer =
    app === 'cwa-v1'
      ? await ask(http, get, configurationV1, { parameters: { country: COUNTRY } })
      : await ask(http, get, configurationV2, { parameters: { platform } });
  if (answer.status !== 200) throw new EnlabError('E-SERVER', `the configuration was refused with ${answer.status}`);
  const parameters = parametersIn(answer.body, options);
  return judgeOf(app, parameters, clock.now());
}

export const COUNTRY = 'DE';

function parametersIn(zip: Uint8Array, { servers, profile: { app }, publicKeys }: SyncOptions): unknown {
  try {
    const { model, parameters } = decodeConfiguration(readSigned(zip, publicKeys), `configuration of ${servers.get}`);
    if (model === app) return parameters;
    throw new EnlabError('E-SERVER', `the configuration is of ${model}, and the app is ${app}`);
  } catch (error) {
    if (!(error instanceof EnlabError) || error.code === 'E-SERVER') throw error;
    throw new EnlabError('E-SERVER', `the configuration is not usable: ${error.message}`);
  }
}
