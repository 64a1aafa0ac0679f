import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

type Shape = Record<string, unknown>;

const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null;
const isSchema = (value: unknown): value is Shape & { def: { type: string } } => isObject(value) && '_zod' in value;
const isEndpoint = (value: unknown): value is Shape & { method: string; path: string } => isObject(value) && 'permission' in value && 'method' in value && 'reply' in value;

function endpointInBrowser({ method, path, query, body }: Shape): Shape {
  const names = isSchema(query) && isObject(query['shape']) ? Object.keys(query['shape']) : null;
  return {
    method,
    path,
    ...(names && { query: { shape: Object.fromEntries(names.map((name) => [name, 0])) } }),
    ...(isSchema(body) && { body: { def: { type: body.def.type } } }),
  };
}

/** What of an exported value the browser gets: `undefined` for what it has no use for. */
export function inBrowser(value: unknown): unknown {
  if (isEndpoint(value)) return endpointInBrowser(value);
  if (isSchema(value)) return value.def.type === 'enum' ? { options: value['options'], enum: value['enum'] } : undefined;
  return typeof value === 'function' ? undefined : value;
}

/**
 * Gives the browser each `contract.ts` (`…-contract.ts`) as data: endpoints without their schemas, enums by their words, plain values as
 * they are. The schema library and the server's checks stay on the server; types are not touched. A page that imports
 * something else from a contract fails to build, with the name; so does one that brings the schema library in by
 * another way.
 */
export function contractsWithoutSchemas(source: string): Plugin {
  return {
    name: 'parapet:contracts',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === 'zod') this.error(`${importer ?? 'A page'} brings the schema library into the browser: move what the page needs into a file without schemas (rules.ts).`);
    },
    async load(id) {
      const file = id.split('?')[0] as string;
      if (!file.startsWith(source) || !/\/(?:modules|platform)\/(?:[\w-]+\/)+(?:[\w-]+-)?contract\.ts$/.test(file) || file.endsWith('/kernel/contract.ts')) return null;
      this.addWatchFile(file);
      const exported = (await import(`${pathToFileURL(file).href}?v=${statSync(file).mtimeMs}`)) as Shape;
      return Object.entries(exported)
        .map(([name, value]) => [name, inBrowser(value)] as const)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n');
    },
  };
}
