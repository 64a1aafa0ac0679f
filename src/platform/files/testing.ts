import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { PART_BYTES, type StoredFile } from './contract.ts';
import { type Content, ownVault } from './vault.ts';

/** A data folder of this process alone, in which its vault keeps key and files until `remove`. */
export function aDataFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'parapet files '));
  process.env['PARAPET_DATA'] = folder;
  delete process.env['PARAPET_FILES'];
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The files on the disk that hold a blob, part by part. */
export function partFiles({ blob }: Pick<Content, 'blob'>): string[] {
  const place = ownVault().shelf.placeOf(blob);
  return readdirSync(place).sort((a, b) => Number(a) - Number(b)).map((name) => join(place, name));
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Sender = { headers: { authorization: string } };
type Sent = { id?: string; recordId: string; name: string; bytes: Buffer };

/** Sends one part as a browser does. */
export const sendPart = (app: FastifyInstance, who: Sender, id: string, offset: number, bytes: Buffer) =>
  app.inject({ method: 'PUT', url: `/api/files/uploads/${id}/bytes?offset=${offset}`, headers: { ...who.headers, 'content-type': 'application/octet-stream' }, payload: bytes });

/** Attaches bytes to a record by HTTP, from beginning to end. */
export async function attach(app: FastifyInstance, who: Sender, { id = uuidv7(), recordId, name, bytes }: Sent): Promise<StoredFile> {
  const begun = await app.inject({ method: 'POST', url: '/api/files/uploads', headers: who.headers, payload: { id, recordId, name, size: bytes.length } });
  if (begun.statusCode !== 201) throw new Error(begun.body);
  for (let offset = 0; offset < bytes.length; offset += PART_BYTES) {
    const sent = await sendPart(app, who, id, offset, bytes.subarray(offset, offset + PART_BYTES));
    if (sent.statusCode !== 200) throw new Error(sent.body);
  }
  const done = await app.inject({ method: 'POST', url: `/api/files/uploads/${id}/complete`, headers: who.headers, payload: { sha256: sha256Of(bytes) } });
  if (done.statusCode !== 200) throw new Error(done.body);
  return done.json<StoredFile>();
}
