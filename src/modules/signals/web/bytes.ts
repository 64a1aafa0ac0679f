import { t } from './messages.en.ts';

/** A run of printable characters, or one byte that has no sign of its own, by its name or its two hex digits. */
export type Piece = { text: string; isByte: boolean };

const NAMES: Readonly<Record<number, string>> = { 0: 'NUL', 2: 'STX', 3: 'ETX', 6: 'ACK', 9: 'TAB', 10: 'LF', 13: 'CR', 20: 'DC4', 21: 'NAK', 27: 'ESC' };

const bytesOf = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;
const two = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Bytes (hex digits) as a reader takes them in: text as it is, and every other byte named. */
export function piecesOf(hex: string): Piece[] {
  const pieces: Piece[] = [];
  for (const byte of bytesOf(hex)) {
    const last = pieces.at(-1);
    if (!isPrintable(byte)) pieces.push({ text: NAMES[byte] ?? two(byte), isByte: true });
    else if (last && !last.isByte) last.text += String.fromCharCode(byte);
    else pieces.push({ text: String.fromCharCode(byte), isByte: false });
  }
  return pieces;
}

/** A line of a hex dump: where it starts, its bytes, and the same as text with a point for what has no sign. */
export type DumpLine = { offset: string; hex: string; text: string };

/** Bytes (hex digits) as a dump of `width` bytes a line. */
export function dumpOf(hex: string, width = 8): DumpLine[] {
  const bytes = bytesOf(hex);
  return Array.from({ length: Math.ceil(bytes.length / width) }, (_, line) => {
    const row = bytes.slice(line * width, (line + 1) * width);
    return { offset: (line * width).toString(16).padStart(4, '0'), hex: row.map(two).join(' '), text: row.map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.')).join('') };
  });
}

/** A place at a source in words: `zone:7` is "Zone 7", `line-card:2` is "Line card 2". */
export function placeWords(point: string | null, area: string | null = null): string {
  const [kind = '', number = ''] = point?.split(':') ?? [];
  const named = point === null ? '' : numbered(kind, bare(number));
  return area === null || kind === 'area' ? named : [named, t('signals.point.in-area', { area: bare(area) })].filter(Boolean).join(', ');
}

const POINTS = ['zone', 'area', 'door', 'device', 'line', 'line-card', 'network', 'output', 'printer', 'receiver', 'condition', 'code'] as const;
const bare = (number: string): string => number.replace(/^0+(?=\d)/, '');

function numbered(kind: string, number: string): string {
  const known = POINTS.find((one) => one === kind);
  if (known !== undefined) return t(`signals.point.${known}`, { number }).trim();
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll('-', ' ')} ${number}`.trim();
}
