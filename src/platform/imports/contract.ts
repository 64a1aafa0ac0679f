import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** The largest file: 64 MiB. */
export const MOST_BYTES = 64 * 2 ** 20;
/** A file comes in parts of so many bytes; the last is what is left. */
export const PART_BYTES = 2 ** 20;

const ById = z.object({ id: z.uuid() });
const Column = z.object({ key: z.string(), title: z.string(), help: z.string(), isRequired: z.boolean() });
export const Kind = z.object({ key: z.string(), title: z.string(), mostRows: z.number(), columns: z.array(Column) });
export type Kind = z.infer<typeof Kind>;
export const Counts = z.object({ created: z.number(), changed: z.number(), unchanged: z.number(), refused: z.number() });
export type Counts = z.infer<typeof Counts>;
/** Columns of the kind to columns of the file. */
export const Mapping = z.record(z.string().max(60), z.string().max(100));

export const Import = z.object({
  id: z.uuid(), kind: z.string(), title: z.string(), name: z.string(), source: z.string(), size: z.number(), stored: z.number().describe('Bytes that are durable; go on from here'),
  state: z.enum(['coming', 'ready', 'unreadable', 'tried', 'done']), fault: z.string().nullable().describe('Why the file cannot be read'),
  columns: z.array(z.string()).describe('Of the file'), samples: z.array(z.record(z.string(), z.string())).describe('Its first rows'),
  mapping: Mapping.describe('As it was last used with this heading, or as the names suggest'), jobId: z.uuid().nullable(),
  tried: Counts.nullable().describe('What the dry run found'), done: Counts.nullable().describe('What came in so far'), begunAt: z.string(),
});
export type Import = z.infer<typeof Import>;
export const ImportOutcome = z.object({
  n: z.number(), line: z.number(), does: z.enum(['created', 'changed', 'unchanged', 'refused']), label: z.string(), recordId: z.uuid().nullable(),
  faults: z.array(z.object({ column: z.string(), value: z.string().describe('What stood there, with nothing that a spreadsheet would run'), detail: z.string() })),
});
export type ImportOutcome = z.infer<typeof ImportOutcome>;

const Of = z.enum(['trial', 'import']).default('trial');

export const listKinds = endpoint({ method: 'GET', path: '/kinds', summary: 'What I may bring in by a file', permission: 'signed-in', reply: z.object({ items: z.array(Kind) }) });
export const listImports = endpoint({ method: 'GET', path: '/', summary: 'My files of the last week, the latest first', permission: 'signed-in', reply: z.object({ items: z.array(Import) }) });
export const beginImport = endpoint({
  method: 'POST', path: '/', summary: 'Begin to bring in a file; its bytes follow', permission: 'signed-in', status: 201,
  body: z.object({ kind: z.string().max(60), name: z.string().trim().min(1).max(255), size: z.int().min(1, 'The file is empty').max(MOST_BYTES, 'A file has at most 64 MB. Split it.') }), reply: Import,
});
export const storePart = endpoint({
  method: 'PUT', path: '/:id/bytes', summary: 'The next part of the file, 1 MiB or what is left', permission: 'signed-in', params: ById, bytes: true,
  query: z.object({ offset: z.coerce.number().int().min(0).max(MOST_BYTES).multipleOf(PART_BYTES) }), reply: Import,
});
export const readImport = endpoint({ method: 'GET', path: '/:id', summary: 'A file of mine: how far it is, its columns, and what came of it', permission: 'signed-in', params: ById, reply: Import });
export const tryImport = endpoint({
  method: 'POST', path: '/:id/try', summary: 'A dry run as a job: what each row would do; nothing is changed', permission: 'signed-in', params: ById, status: 202,
  body: z.object({ mapping: Mapping, source: z.string().trim().max(60).default('').describe('The system whose ids the file has') }), reply: Import,
});
export const runImport = endpoint({ method: 'POST', path: '/:id/run', summary: 'Bring in, as a job, what the dry run did not refuse', permission: 'signed-in', params: ById, status: 202, reply: Import });
export const listOutcomes = endpoint({
  method: 'GET', path: '/:id/rows', summary: 'Refused rows with their reasons, or some of the others', permission: 'signed-in', params: ById,
  query: z.object({ of: Of, does: z.enum(['created', 'changed', 'unchanged', 'refused']).default('refused'), after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(ImportOutcome), next: z.number().nullable() }),
});
export const downloadErrors = endpoint({ method: 'GET', path: '/:id/errors', summary: 'The refused rows as they came, with their reasons, to mend and send again', permission: 'signed-in', params: ById, query: z.object({ of: Of }), reply: null });
export const dropImport = endpoint({ method: 'DELETE', path: '/:id', summary: 'Let go of a file and of what was found in it; records that came in stay', permission: 'signed-in', params: ById, reply: ById });
