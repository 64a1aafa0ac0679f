import { call, ProblemError } from '#platform/web/call.ts';
import { beginImport, type Import, PART_BYTES } from '../contract.ts';

const TRIES = 4;
const WAIT_MS = 1000;

/** Sends a file part by part; `told` hears how many bytes are durable. A part that is lost on its way is sent again. */
export async function sendImport(kind: string, file: File, told: (stored: number) => void): Promise<Import> {
  let sent: Import = await call('imports', beginImport, { kind, name: file.name.slice(0, 255) || 'file', size: file.size });
  while (sent.stored < file.size) {
    sent = await sendPart(sent, file.slice(sent.stored, sent.stored + PART_BYTES), TRIES);
    told(sent.stored);
  }
  return sent;
}

async function sendPart({ id, stored }: Import, part: Blob, tries: number): Promise<Import> {
  const response = await fetch(`/api/imports/${id}/bytes?offset=${stored}`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: part, credentials: 'same-origin' }).catch(() => null);
  if (response?.ok) return (await response.json()) as Import;
  if ((response === null || response.status >= 500) && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    return sendPart({ id, stored } as Import, part, tries - 1);
  }
  throw new ProblemError(response === null ? { detail: 'The server does not answer. Choose the file again.' } : ((await response.json().catch(() => ({}))) as Record<string, unknown>));
}
