import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Reply } from '#platform/kernel/contract.ts';
import type * as contract from '../mapping-contract.ts';
import { Mapping, type ShippedMapping } from '../mapping-contract.ts';

const FOLDER = new URL('../content/mappings/', import.meta.url);
const File = z.strictObject({ key: z.string().regex(/^[a-z0-9-]+$/), title: z.string(), protocol: z.string(), page: z.string(), mapping: Mapping });

/** The mappings that ship, one file a head-end; docs/operations/head-ends says what each is made from. */
export const shippedMappings: readonly ShippedMapping[] = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort().map((name) => File.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))));

/** To begin with: each is copied into a version of one's own. */
export async function listShippedMappings(): Promise<Reply<typeof contract.listShippedMappings>> {
  return { items: [...shippedMappings] };
}
