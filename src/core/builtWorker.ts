/** The folder that holds src, when this file is a source. */
const root = new URL('../../', import.meta.url).href;

/**
 * Where the compiled file of a worker is. Node 20 cannot start a TypeScript file as a worker, so what runs from the
 * sources (tests, benchmarks) starts the worker of the build; "npm test" and "npm run bench" build first. `file`: the
 * .js beside the caller, as a URL relative to its import.meta.url.
 */
export const builtWorker = (file: URL): URL =>
  import.meta.url.endsWith('.ts') ? new URL(file.href.slice(root.length), `${root}dist/`) : file;
