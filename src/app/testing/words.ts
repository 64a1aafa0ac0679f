import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { canRead, textOf, withoutSpace } from '#platform/report/testing.ts';

const WORD = /zq[a-z]{7}/gi;
const UUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/gi;
const PACKED = /[\w+/-]{16,}/g;
const LETTERS = 'bcdfghjklm';

const plainId = (id: string): string => id.toLowerCase().replaceAll('-', '');

/** Words that stand nowhere else, and ids and numbers that an outsider must never meet; finds them in whatever was answered. */
export class Hidden {
  readonly words = new Map<string, string>();
  readonly ids = new Map<string, string>();
  readonly numbers = new Set<string>();
  #n = 0;

  /** A word for one place, of letters only, none a slip away from another; `where` names it when it is found. */
  word(where: string): string {
    this.#n += 1;
    const made = `zq${[...String(this.#n * 97).padStart(6, '0')].map((digit) => LETTERS[Number(digit)]).join('')}x`;
    this.words.set(made, where);
    return made;
  }

  id(id: string, where: string): void {
    this.ids.set(plainId(id), where);
  }

  /** What of it stands in a text, packed as base64 or not; each by where it was hidden. */
  inText(text: string, isUnpacked = false): string[] {
    const found = [...text.matchAll(WORD)].flatMap(([word]) => this.words.get(word.toLowerCase()) ?? []).concat([...text.matchAll(UUID)].flatMap(([id]) => this.ids.get(plainId(id)) ?? []));
    for (const number of this.numbers) if (text.includes(number)) found.push(number);
    if (!isUnpacked) for (const [packed] of text.matchAll(PACKED)) found.push(...this.inText(Buffer.from(packed, 'base64').toString('latin1'), true));
    return [...new Set(found)];
  }

  /** What of it stands in an answer, its headers included, and was not in what was asked. */
  inAnswer(answer: Pick<Answered, 'headers' | 'rawPayload'>, asked = ''): string[] {
    const said = new Set(asked.match(UUID));
    return this.inText(`${JSON.stringify(answer.headers)}\n${readable(answer).replaceAll(UUID, (id) => (said.has(id) ? '' : id))}`);
  }
}

export type Answered = { statusCode: number; headers: Record<string, unknown>; rawPayload: Buffer };

const UNPACK: Record<string, (bytes: Buffer) => Buffer> = { gzip: gunzipSync, br: brotliDecompressSync };
const BINARY = /^(application\/octet-stream|image\/(png|webp))$/;
const PLAIN = /^(application\/(problem\+)?json|application\/x-ndjson|application\/jsonl|text\/)/;

/** The text of an answer: unpacked, a PDF as its reader sees it, anything else byte by byte. */
export function readable({ headers, rawPayload }: Pick<Answered, 'headers' | 'rawPayload'>): string {
  const type = String(headers['content-type'] ?? 'application/json');
  const bytes = UNPACK[String(headers['content-encoding'])]?.(rawPayload) ?? rawPayload;
  if (type.startsWith('application/pdf')) return canRead() ? withoutSpace(textOf(bytes)) : '';
  if (!PLAIN.test(type) && !BINARY.test(type)) throw new Error(`Nobody here can read ${type}: teach the walk to.`);
  return bytes.toString(PLAIN.test(type) ? 'utf8' : 'latin1');
}
