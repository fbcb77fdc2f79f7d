/** A configuration that a running server is given goes to the apps that it is for, and to no other. */
import { describe, expect, it } from 'vitest';
import { openConfigurations } from '../../../src/backend/cwa/configuration.ts';
import { newSecrets } from '../../../src/backend/secrets.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { readSigned } from '../../../src/protocol/export/reader.ts';
import { cwaSettings } from '../../../src/risk/config/cwaSettings.ts';
import { decodeConfiguration } from '../../../src/risk/config/registry.ts';
import { findPreset } from '../../../src/risk/presets.ts';

const secrets = newSecrets(keyedEntropy(1, 'secrets'));
const documents = (preset: string) => {
  const { model, parameters } = findPreset(preset);
  return cwaSettings(model, parameters)! as Readonly<Record<string, Record<string, unknown>>>;
};
const [june, november, april] = ['cwa-v1-2020-06-15', 'cwa-v2-2020-11', 'cwa-v2-2021-04-15'].map(documents);
const kinds = ['cwa-v1', 'cwa-v2-android', 'cwa-v2-ios'] as const;

/** What apps read, by kind. */
async function servedBy({ routes }: ReturnType<typeof openConfigurations>) {
  const read = async (parameters: object) => {
    const route = routes.find(({ endpoint }) => endpoint.path.includes('country') === 'country' in parameters)!;
    const { status, body } = await route.answer({ parameters, headers: {}, query: {} } as never);
    return status === 200 ? decodeConfiguration(readSigned(body), 'app').parameters : status;
  };
  const all = [{ country: 'DE' }, { platform: 'android' }, { platform: 'ios' }];
  return Object.fromEntries(await Promise.all(all.map(async (one, k) => [kinds[k], await read(one)] as const)));
}
const started = () => openConfigurations({ ...june, ...april }, secrets);

describe('a configuration', () => {
  it.each([
    ['cwa-v2-android', november],
    ['cwa-v2-ios', november],
    ['cwa-v1', documents('cwa-v1-2020-09-14')],
  ] as const)('of %s changes that and nothing else', async (kind, all) => {
    const configurations = started();
    const before = await servedBy(configurations);
    configurations.configure(all![kind]!);
    const after = await servedBy(configurations);
    const changed = kinds.filter((one) => JSON.stringify(after[one]) !== JSON.stringify(before[one]));
    expect(changed).toEqual([kind]);
  });

  it('that says where it is from is served without', async () => {
    const configurations = started();
    configurations.configure({ ...november!['cwa-v2-android'], _enlab: { options: {} } });
    const { 'cwa-v2-android': served } = await servedBy(configurations);
    const fresh = openConfigurations({ 'cwa-v2-android': november!['cwa-v2-android'] }, secrets);
    expect(served).toEqual((await servedBy(fresh))['cwa-v2-android']);
  });

  it('of another app is refused, and changes nothing', async () => {
    const configurations = started();
    const before = await servedBy(configurations);
    expect(() => configurations.configure({ minimumRiskScore: 1 })).toThrow('no configuration of the Corona-Warn-App');
    expect(await servedBy(configurations)).toEqual(before);
  });
});
