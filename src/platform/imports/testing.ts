import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { type Import, PART_BYTES } from './contract.ts';
import type { Finder, Given } from './port.ts';
import { readHead, rowsOf } from './sheet.ts';

type Who = { headers: { authorization: string } };

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield bytes;
}

/** The rows of a CSV file whose headings are columns of the kind, as the kind gets them. */
export async function givenRows(csv: string): Promise<Given[]> {
  const bytes = Buffer.from(csv);
  const rows: Given[] = [];
  for await (const { n, line, cells } of rowsOf(one(bytes), await readHead(one(bytes)))) {
    const said = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ''));
    rows.push({ n, line, cells: said, externalId: said['external_id'] ?? null, recordId: null });
  }
  return rows;
}

/** Knows of nothing that came in before. */
export const NOTHING_KNOWN: Finder = { source: '', byExternalId: async () => new Map() };

/** Sends a file for these records, whole. */
export async function sendFile(app: FastifyInstance, who: Who, kind: string, name: string, bytes: Buffer): Promise<Import> {
  const begun = await app.inject({ method: 'POST', url: '/api/imports', headers: who.headers, payload: { kind, name, size: bytes.length } });
  let file = begun.json<Import>();
  if (begun.statusCode !== 201) throw new Error(begun.body);
  for (let offset = 0; offset < bytes.length; offset += PART_BYTES) {
    const part = await app.inject({ method: 'PUT', url: `/api/imports/${file.id}/bytes?offset=${offset}`, headers: { ...who.headers, 'content-type': 'application/octet-stream' }, payload: bytes.subarray(offset, offset + PART_BYTES) });
    file = part.json<Import>();
    if (part.statusCode !== 200) throw new Error(part.body);
  }
  return file;
}

type Wanted = { mapping?: Record<string, string>; source?: string };

/** Asks for a dry run or a run and waits until its job has ended; answers the file then. */
export async function carriedOut(app: FastifyInstance, who: Who, file: Import, step: 'try' | 'run', { mapping = file.mapping, source = '' }: Wanted = {}): Promise<Import> {
  const started = await app.inject({ method: 'POST', url: `/api/imports/${file.id}/${step}`, headers: who.headers, ...(step === 'try' && { payload: { mapping, source } }) });
  if (started.statusCode !== 202) throw new Error(started.body);
  const { jobId } = started.json<Import>();
  const stateOf = async (): Promise<string> => (await app.inject({ url: `/api/jobs/${jobId}`, headers: who.headers })).json<{ state: string; error: string }>().state;
  await expect.poll(stateOf, { timeout: 60_000, interval: 50 }).toMatch(/done|failed|stopped/);
  const job = (await app.inject({ url: `/api/jobs/${jobId}`, headers: who.headers })).json<{ state: string; error: string }>();
  if (job.state !== 'done') throw new Error(`${job.state}: ${job.error}`);
  return (await app.inject({ url: `/api/imports/${file.id}`, headers: who.headers })).json<Import>();
}

/** A file through all steps: sent, tried and brought in. */
export async function broughtIn(app: FastifyInstance, who: Who, kind: string, text: string | Buffer, wanted: Wanted = {}): Promise<Import> {
  const file = await sendFile(app, who, kind, 'file.csv', Buffer.from(text));
  return carriedOut(app, who, await carriedOut(app, who, file, 'try', wanted), 'run');
}
