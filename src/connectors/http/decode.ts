import { type HttpMessage, readHttpMessage } from '#platform/wire/http-message.ts';
import type { Decoded } from '#platform/wire/port.ts';

const nothing = (token: string, problem: string | null): Decoded => ({ token, account: '', sequence: 0, sentAt: null, events: [], facts: [], problem });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' || typeof value === 'number' ? String(value) : null);

/** A signal in the form of `POST /api/signals`, kept as JSON. Its subject has the format `signal`. */
export function decodeSignal(raw: Buffer): Decoded {
  const fields = parsed(raw);
  if (!isObject(fields)) return nothing('signal', 'This is not a signal as POST /api/signals takes it.');
  const facts = (['externalId', 'device', 'zone', 'severity', 'message'] as const).flatMap((name) => {
    const value = text(fields[name]);
    return value === null ? [] : [{ name, value }];
  });
  return { ...nothing('signal', null), sentAt: text(fields['occurredAt']), facts, subject: { format: 'signal', header: {}, fields } };
}

/** What a head-end sent in a form of its own. Its subject has the format `json`, `form` or `text`, and `header` holds the kept headers, with `query`. */
export function decodeMessage(raw: Buffer): Decoded {
  const message = readHttpMessage(raw);
  if (!message) return nothing('HTTP', 'This is not a message of HTTP.');
  const header = { ...message.header, query: Object.fromEntries(new URLSearchParams(message.target.split('?')[1] ?? '')) };
  const { format, fields } = bodyOf(message);
  return { ...nothing('HTTP', format === 'unread' ? 'The body is neither JSON nor a form nor text. It is kept.' : null), subject: { format, header, fields } };
}

function bodyOf({ header, body }: HttpMessage): { format: string; fields: unknown } {
  const type = header['content-type'] ?? '';
  if (/x-www-form-urlencoded/i.test(type)) return { format: 'form', fields: Object.fromEntries(new URLSearchParams(body.toString())) };
  const json = parsed(body);
  if (json !== undefined) return { format: 'json', fields: json };
  if (body.length === 0 || /^text\//i.test(type) || /xml/i.test(type)) return { format: 'text', fields: body.toString() };
  return { format: 'unread', fields: null };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}
