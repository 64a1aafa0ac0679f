import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { NOTE_LINES } from '#platform/kernel/ledger/head.ts';
import { keptHead, type KeptHead, noteOfLine } from './head-line.ts';

/** Every head of a file that a witness kept, in the order of the file, unbelieved: notes, or lines of syslog or mail among others. Throws where the file cannot be read. */
export async function* keptHeads(file: string): AsyncGenerator<KeptHead, void> {
  const where = basename(file);
  let last: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: 0 })) {
    last = [...last, line].slice(-NOTE_LINES);
    const note = line.startsWith('— ') ? `${last.join('\n')}\n` : noteOfLine(line);
    const head = note === null ? null : keptHead(note, where);
    if (head) yield head;
  }
}
