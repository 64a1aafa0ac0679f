import { decodeWords } from 'postal-mime';

/** A part of a mail that holds a file, with how many bytes of it are kept. */
export type Attached = { name: string | null; type: string; bytes: number };

/** A mail as people read it. Header fields by lower-case name, the first of each, encoded words decoded (RFC 2047). */
export type Mail = { headers: ReadonlyMap<string, string>; text: string; attached: readonly Attached[] };

const MOST_HEADER_BYTES = 65_536;
const MOST_PARTS = 50;
const MOST_LEVELS = 6;
const LONGEST_TEXT = 20_000;
const LONGEST_HTML = 32_768;

type Part = { headers: Map<string, string>; body: Buffer };
type Reading = { plain: string[]; html: string[]; attached: Attached[]; parts: number };

/** Reads a mail (RFC 5322, MIME), also one that is cut off. Never throws; nothing is unpacked, and parts over 50 or 6 levels deep are left unread. */
export function readMail(raw: Buffer): Mail {
  const whole = partOf(raw);
  const reading: Reading = { plain: [], html: [], attached: [], parts: 0 };
  walk(whole, 0, reading);
  const text = reading.plain.length > 0 ? reading.plain.join('\n') : reading.html.map(withoutTags).join('\n');
  return { headers: whole.headers, text: text.replace(/\r\n?/g, '\n').replace(/\n{3,}/g, '\n\n').trim().slice(0, LONGEST_TEXT), attached: reading.attached };
}

function walk({ headers, body }: Part, level: number, reading: Reading): void {
  if (++reading.parts > MOST_PARTS || level > MOST_LEVELS) return;
  const { value: type, parameters } = valueOf(headers.get('content-type') ?? 'text/plain');
  const boundary = parameters.get('boundary');
  if (type.startsWith('multipart/') && boundary) {
    for (const piece of piecesOf(body, boundary)) walk(partOf(piece), level + 1, reading);
    return;
  }
  const disposition = valueOf(headers.get('content-disposition') ?? '');
  const name = disposition.parameters.get('filename') ?? parameters.get('name') ?? null;
  const isText = (type === 'text/plain' || type === 'text/html') && disposition.value !== 'attachment' && name === null;
  if (!isText) return void reading.attached.push({ name, type, bytes: decoded(headers, body).length });
  reading[type === 'text/html' ? 'html' : 'plain'].push(inCharset(decoded(headers, body), parameters.get('charset')));
}

/** Header and body; a mail without an empty line is all header. */
function partOf(bytes: Buffer): Part {
  const unix = bytes.indexOf('\n\n');
  const dos = bytes.indexOf('\r\n\r\n');
  const end = dos >= 0 && (unix < 0 || dos < unix) ? { at: dos, length: 4 } : { at: unix, length: 2 };
  const from = /^\r?\n/.exec(bytes.toString('latin1', 0, 2))?.[0].length;
  if (from !== undefined) return { headers: new Map(), body: bytes.subarray(from) };
  const head = bytes.subarray(0, Math.min(end.at < 0 ? bytes.length : end.at, MOST_HEADER_BYTES));
  return { headers: headersOf(inCharset(head, 'utf-8')), body: end.at < 0 ? Buffer.alloc(0) : bytes.subarray(end.at + end.length) };
}

function headersOf(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name !== '' && !headers.has(name)) headers.set(name, wordsOf(line.slice(colon + 1).trim()));
  }
  return headers;
}

function wordsOf(value: string): string {
  try {
    return value.includes('=?') ? decodeWords(value.slice(0, 2_000)) : value;
  } catch {
    return value;
  }
}

/** `text/plain; charset="x"`: the value in lower case and its parameters. */
function valueOf(text: string): { value: string; parameters: Map<string, string> } {
  const parameters = new Map([...text.slice(0, 2_000).matchAll(/;\s*([\w-]{1,40})\*?\s*=\s*(?:"([^"]*)"|([^;\s]*))/g)].map(([, name = '', quoted, bare]): [string, string] => [name.toLowerCase(), quoted ?? bare ?? '']));
  return { value: (text.split(';')[0] ?? '').trim().toLowerCase(), parameters };
}

/** What stands between the lines `--boundary`, without what stands before the first; a mail that is cut off has no last line. */
function piecesOf(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`);
  const pieces: Buffer[] = [];
  let from = -1;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    if (from >= 0) pieces.push(body.subarray(from, at));
    if (pieces.length > MOST_PARTS) return pieces;
    const line = body.indexOf('\n', at);
    if (line < 0 || body.toString('latin1', at + mark.length, at + mark.length + 2) === '--') return pieces;
    from = line + 1;
  }
  if (from >= 0) pieces.push(body.subarray(from));
  return pieces;
}

function decoded(headers: ReadonlyMap<string, string>, body: Buffer): Buffer {
  const encoding = (headers.get('content-transfer-encoding') ?? '').trim().toLowerCase();
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return body;
  return Buffer.from(body.toString('latin1').replace(/=\r?\n/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
}

function inCharset(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const withoutTags = (html: string): string => html.slice(0, LONGEST_HTML).replace(/<(?:style|script)\b[^]*?<\/(?:style|script)>/gi, ' ').replace(/<br\b[^>]{0,200}>|<\/(?:p|div|tr|li)>/gi, '\n').replace(/<[^>]{0,2000}>/g, ' ').replace(/&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').replace(/[ \t]+/g, ' ');
