/** Path templates: "/v1/keys/{index}" written with values and recognised again. */
import type { Endpoint } from './endpoint.ts';

/** What stands in a path, a query or a header. */
export type Scalar = string | number | boolean | undefined;

const PLACE = /\{(\w+)\}/g;

/** The path with its parameters filled in and its query. RangeError when a parameter is missing or empty. */
export function buildPath(
  { path }: Pick<Endpoint, 'path'>,
  parameters: Readonly<Record<string, Scalar>> = {},
  query: Readonly<Record<string, Scalar>> = {},
): string {
  const filled = path.replaceAll(PLACE, (_, name: string) => {
    const text = encodeURIComponent(parameters[name] ?? '');
    if (text === '') throw new RangeError(`${path} needs ${name}`);
    return text;
  });
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) words.set(name, String(value));
  return words.size === 0 ? filled : `${filled}?${words.toString()}`;
}

/** Templates come from the descriptions only, so that there are a few dozen of them. */
const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const known = patterns.get(template);
  if (known) return known;
  const source = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(PLACE, '(?<$1>[^/]+)');
  const pattern = new RegExp(`^${source}$`);
  patterns.set(template, pattern);
  return pattern;
}

/** Parameters of a path (its query is ignored), still text; undefined when the template does not fit. Never throws. */
export function matchPath({ path }: Pick<Endpoint, 'path'>, asked: string): Record<string, string> | undefined {
  const groups = patternOf(path).exec(withoutQuery(asked));
  if (!groups) return undefined;
  try {
    return Object.fromEntries(
      Object.entries(groups.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]),
    );
  } catch {
    // A stray "%".
    return undefined;
  }
}

/**
 * The first endpoint that fits. A description list has literal paths before those with parameters ("/v1/keys/index"
 * before "/v1/keys/{index}"), as the routers of the deployed servers prefer them.
 */
export const findEndpoint = <E extends Pick<Endpoint, 'method' | 'path'>>(
  endpoints: readonly E[],
  method: string,
  asked: string,
): E | undefined => endpoints.find((endpoint) => endpoint.method === method && matchPath(endpoint, asked));

const withoutQuery = (asked: string): string => asked.split('?', 1)[0]!;

/** Arguments after "?", each with all its values. */
export function queryOf(asked: string): ReadonlyMap<string, readonly string[]> {
  const parameters = new URLSearchParams(asked.slice(withoutQuery(asked).length));
  return new Map([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}
