import type { JsonValue } from './text.ts';

/** PDF/UA-1 (ISO 14289-1, for people who have it read to them), PDF/A-2a (ISO 19005-2, for archives), or neither: the compiler writes one at a time. */
export type Standard = 'ua-1' | 'a-2a';

/** The first word to the compiling process: where templates lie. */
export type Opening = { kind: 'open'; root: string };

/** One report to make. `atS` is the time that the document carries, in seconds since 1970. */
export type Job = {
  kind: 'job';
  id: number;
  template: string;
  data: JsonValue;
  inputs: { title: string; lang: string; paper: 'a4' | 'us-letter' };
  standard: Standard;
  strict: boolean;
  atS: number;
};

/** A report as it was made. `spelled` lists what had to be written as a Unicode number; `rss` is in bytes, of the compiling process. */
export type Print = { pdf: Buffer; pages: number; spelled: string[]; warnings: string[]; tookMs: number; rss: number };

export type Answer = ({ kind: 'made'; id: number } & Print) | { kind: 'failed'; id: number; reason: 'template' | 'undrawn' | 'compile'; detail: string };
