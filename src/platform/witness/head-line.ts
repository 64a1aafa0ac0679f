import { openHead, parseHead } from '#platform/kernel/ledger/head.ts';
import type { PublicKey } from '#platform/kernel/ledger/keys.ts';

/** A head that somebody outside kept: as a note, and where it stood. */
export type KeptHead = { size: number; root: Buffer; at: string; note: string; where: string };

const LINE = /parapet-head ([^\s+]+) (0|[1-9]\d{0,15}) ([A-Za-z0-9+/]{43}=) (\d{4}-\d\d-\d\dT[\d:.]+Z) ([A-Za-z0-9+/]+=*)/;

/** A head in one line of ASCII: `parapet-head ORIGIN SIZE ROOT TIME SIGNATURE`, the fields of its note. For channels that carry lines. */
export function lineOfHead(note: string): string {
  const [origin, size, root, at, , signed = ''] = note.split('\n');
  return `parapet-head ${origin} ${size} ${root} ${at} ${signed.split(' ')[2]}`;
}

/** The note that such a line says, wherever it stands in a text; null where there is none. */
export function noteOfLine(text: string): string | null {
  const [, origin, size, root, at, signature] = LINE.exec(text) ?? [];
  return origin === undefined ? null : `${origin}\n${size}\n${root}\n${at}\n\n— ${origin} ${signature}\n`;
}

/** The note as a kept head, unbelieved; null where it is not one of a head. */
export function keptHead(note: string, where: string): KeptHead | null {
  const head = parseHead(note);
  return head && { ...head, note, where };
}

/** Why a kept head is not one that a key of this ledger signed; null where it is. */
export function faultOf({ note }: KeptHead, publicKeys: readonly PublicKey[]): string | null {
  const opened = openHead(note, publicKeys);
  return opened.ok ? null : opened.reason;
}
