import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { taxonomyVersion } from './taxonomy.ts';

/** What the number that follows a code stands for. */
export const NumberMeans = z.enum(['zone', 'user', 'area', 'door', 'none', 'condition', 'function', 'dealer', 'device', 'line', 'message', 'network', 'output', 'printer', 'receiver', 'line-card', 'manufacturer']);
export type NumberMeans = z.output<typeof NumberMeans>;

/** What a signal does: see `notes` in content/taxonomy.json. */
export const Effect = z.enum(['raise', 'restore', 'restore-point', 'cancel', 'note']);
export type Effect = z.output<typeof Effect>;

/** Where a row comes from: a published code table, practice (to be verified), or one maker's use of a code (to be verified). */
export const Basis = z.enum(['table', 'knowledge', 'vendor']);
export type Basis = z.output<typeof Basis>;

const Shared = { source_title: z.string().min(1), number_means: NumberMeans, type: z.string(), effect: Effect, basis: Basis, note: z.string() };
const Dc03Row = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z_]$/), ...Shared });
const ContactIdRow = z.strictObject({
  code: z.string().regex(/^\d{3}$/),
  qualifier: z.enum(['1', '3', '6']),
  qualifier_means: z.string(),
  sia_equivalent: z.string(),
  ...Shared,
});

/** What one code of a protocol means in the taxonomy. */
export type MappedCode = Readonly<{ title: string; numberMeans: NumberMeans; type: string; effect: Effect; basis: Basis; note: string }>;

/** A version of the mapping from codes to the taxonomy: data, so that old signals can be read again with a newer one. */
export type Mapping = Readonly<{
  version: string;
  /** By two-letter code; `L_` stands for L and any digit. */
  dc03: ReadonlyMap<string, MappedCode>;
  /** By code and qualifier: `130:1`. */
  contactId: ReadonlyMap<string, MappedCode>;
}>;

/** The mapping that ships with the product. */
export const shippedMapping: Mapping = Object.freeze({
  version: taxonomyVersion,
  dc03: new Map(read('mapping-dc03.csv', Dc03Row).map((row) => [row.code, toMapped(row)])),
  contactId: new Map(read('mapping-contact-id.csv', ContactIdRow).map((row) => [`${row.code}:${row.qualifier}`, toMapped(row)])),
});

function toMapped(row: z.output<typeof Dc03Row> | z.output<typeof ContactIdRow>): MappedCode {
  return Object.freeze({ title: row.source_title, numberMeans: row.number_means, type: row.type, effect: row.effect, basis: row.basis, note: row.note });
}

function read<S extends z.ZodObject>(name: string, row: S): z.output<S>[] {
  const text = readFileSync(new URL(`./content/${name}`, import.meta.url), 'utf8');
  return z.array(row).parse(parse(text, { columns: true, skip_empty_lines: true }));
}
