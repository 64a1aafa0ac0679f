import { readFileSync } from 'node:fs';
import { type Compiled, compileMapping } from '#engines/mapping/compile.ts';
import type { Mapping } from '#engines/mapping/mapping.ts';
import { typeOf } from './taxonomy.ts';

const SHIPPED: ReadonlyMap<string, Compiled> = new Map(['syslog', 'mqtt', 'mail', 'onvif'].map((protocol) => [protocol, shipped(protocol)]));

/** The mapping that ships for a protocol: in force for its sources until one of their own is. */
export const shippedFor = (protocol: string): Compiled | null => SHIPPED.get(protocol) ?? null;

function shipped(protocol: string): Compiled {
  const mapping = JSON.parse(readFileSync(new URL(`./content/mapping-${protocol}.json`, import.meta.url), 'utf8')) as Mapping;
  const made = compileMapping(mapping, { has: (key) => typeOf(key) !== null });
  if (!made.ok) throw new Error(`The mapping of ${protocol} cannot be used: ${made.faults.map(({ at, reason }) => `${at}: ${reason}`).join(' ')}`);
  return made.compiled;
}
