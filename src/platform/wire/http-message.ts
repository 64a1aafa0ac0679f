/** What a head-end sent to an address of ours, without what proves who it is. */
export type HttpMessage = { method: string; /** Path and query as kept, mostly `/` and the query. */ target: string; header: Readonly<Record<string, string>>; body: Buffer };

const END = Buffer.from('\r\n\r\n');
const MOST_NAMES = 40;

/** The kept bytes of a message, in the form of RFC 9112: a first line, headers, an empty line, the body as it came. */
export function writeHttpMessage({ method, target, header, body }: HttpMessage): Buffer {
  const lines = [`${method} ${oneLine(target)}`, ...Object.entries(header).slice(0, MOST_NAMES).map(([name, value]) => `${name}: ${oneLine(value)}`)];
  return Buffer.concat([Buffer.from(lines.join('\r\n')), END, body]);
}

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 1000);

/** Reads kept bytes again; null where they are no such message. */
export function readHttpMessage(raw: Buffer): HttpMessage | null {
  const end = raw.indexOf(END);
  if (end < 0) return null;
  const [first = '', ...lines] = raw.subarray(0, end).toString().split('\r\n');
  const started = /^([A-Z]{3,7}) (\S*)$/.exec(first);
  if (!started) return null;
  const header = Object.fromEntries(lines.flatMap((line) => {
    const at = line.indexOf(': ');
    return at > 0 ? [[line.slice(0, at).toLowerCase(), line.slice(at + 2)]] : [];
  }));
  return { method: started[1] ?? '', target: started[2] ?? '', header, body: raw.subarray(end + END.length) };
}
