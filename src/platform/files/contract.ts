import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** An upload comes in parts of so many bytes; the last is what is left. */
export const PART_BYTES = 8 * 2 ** 20;
/** The largest file: 4 GiB. */
export const MOST_BYTES = 4 * 2 ** 30;

const ById = z.object({ id: z.uuid() });
const OnRecord = z.object({ recordId: z.uuid() });
/** A name without folders and without what turns or hides text. */
const Name = z.string().trim().min(1, 'Give the file a name').max(255).regex(/^[^/\\\p{Cc}\u202a-\u202e\u2066-\u2069]+$/u, 'Leave out slashes and characters that cannot be seen.').refine((name) => !/^\.+$/.test(name), 'Give the file a name.');
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'The SHA-256 of the file in 64 hexadecimal digits.');
const Reason = z.string().trim().min(3, 'Say why').max(1000);

export const StoredFile = z.object({
  id: z.uuid(), recordId: z.uuid(), name: z.string(), size: z.number(), sha256: z.string(), mediaType: z.string().describe('As its content says'),
  addedBy: z.string(), addedAt: z.string(), struckBy: z.string().nullable(), struckAt: z.string().nullable(), struckReason: z.string().nullable(),
  preview: z.enum(['ready', 'none', 'coming']).describe('`none`: it is no image that can be drawn safely'), isDamaged: z.boolean(), removedAt: z.string().nullable().describe('When retention let its content go'),
});
export type StoredFile = z.infer<typeof StoredFile>;

export const Upload = z.object({ id: z.uuid(), recordId: z.uuid(), name: z.string(), size: z.number(), stored: z.number().describe('Bytes that are durable; go on from here'), state: z.enum(['open', 'done', 'dropped']), begunAt: z.string() });
export type Upload = z.infer<typeof Upload>;

export const listFiles = endpoint({ method: 'GET', path: '/', summary: 'Files on a record, the earliest first', permission: 'files:read', query: OnRecord, reply: z.object({ items: z.array(StoredFile) }) });
export const readFile = endpoint({ method: 'GET', path: '/:id', summary: 'One file, without its content', permission: 'files:read', params: ById, reply: StoredFile });
export const downloadFile = endpoint({ method: 'GET', path: '/:id/content', summary: 'The file as it came, always as a download', permission: 'files:read', params: ById, reply: null });
export const showPreview = endpoint({ method: 'GET', path: '/:id/preview', summary: 'An image drawn anew without its metadata, at most 1600 pixels a side', permission: 'files:read', params: ById, reply: null });
export const showThumbnail = endpoint({ method: 'GET', path: '/:id/thumbnail', summary: 'The same, at most 320 pixels a side', permission: 'files:read', params: ById, reply: null });
export const strikeFile = endpoint({ method: 'POST', path: '/:id/strike', summary: 'Strike a file, with the reason; it stays and shows struck', permission: 'files:write', params: ById, body: z.object({ reason: Reason }), reply: StoredFile });

export const listUploads = endpoint({ method: 'GET', path: '/uploads', summary: 'My own uploads to a record that are not finished', permission: 'files:write', query: OnRecord, reply: z.object({ items: z.array(Upload) }) });
export const readUpload = endpoint({ method: 'GET', path: '/uploads/:id', summary: 'How far an upload of mine came', permission: 'files:write', params: ById, reply: Upload });
export const beginUpload = endpoint({
  method: 'POST', path: '/uploads', summary: 'Begin to attach a file to a record; the same id again answers how far it came', permission: 'files:write', status: 201,
  body: z.object({ id: z.uuid().describe('Made by the sender; the file will have it too'), recordId: z.uuid(), name: Name, size: z.int().min(1, 'The file is empty').max(MOST_BYTES, 'A file has at most 4 GiB. Split it, or attach a smaller one.') }), reply: Upload,
});
export const storePart = endpoint({
  method: 'PUT', path: '/uploads/:id/bytes', summary: 'The next part, 8 MiB or what is left; answered once it is durable', permission: 'files:write', params: ById,
  query: z.object({ offset: z.coerce.number().int().min(0).max(MOST_BYTES).multipleOf(PART_BYTES) }), bytes: true, reply: Upload,
});
export const completeUpload = endpoint({ method: 'POST', path: '/uploads/:id/complete', summary: 'Attach what was sent, where it has this SHA-256', permission: 'files:write', params: ById, body: z.object({ sha256: Sha256 }), reply: StoredFile });
export const dropUpload = endpoint({ method: 'POST', path: '/uploads/:id/drop', summary: 'Give an upload up', permission: 'files:write', params: ById, reply: Upload });
