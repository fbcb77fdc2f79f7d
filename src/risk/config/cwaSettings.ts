/** What the backend of the Corona-Warn-App serves: configurations by the names of their kinds, each whole. */
import { encodeConfiguration } from './registry.ts';

/** Apps of version 1.9 and later have a configuration for each platform. */
const platforms = ['android', 'ios'] as const;

/**
 * Documents of one parameter set; of version 2 the same for both platforms, as what an app counts differently is its
 * platform's. Undefined: the model is of another app. Throws E-LOSSY where an app would read another rule out of them.
 */
export function cwaSettings(model: string, parameters: unknown): Readonly<Record<string, object>> | undefined {
  if (model === 'cwa-v1') return { 'cwa-v1': encodeConfiguration('cwa-v1', parameters) };
  if (model !== 'cwa-v2') return undefined;
  return Object.fromEntries(
    platforms.map((platform) => [
      `cwa-v2-${platform}`,
      encodeConfiguration(`cwa-v2-${platform}`, { ...(parameters as object), platform }),
    ]),
  );
}
