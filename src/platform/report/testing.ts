import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Are poppler's programs here, which read a PDF independently of what wrote it? Where nothing may be skipped, their lack is a fault. */
export function canRead(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true') throw new Error('pdftotext is missing: install poppler-utils', { cause: error });
    return false;
  }
}

function read(program: string, pdf: Buffer, args: readonly string[], after: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pdf-'));
  try {
    writeFileSync(join(folder, 'it.pdf'), pdf);
    return execFileSync(program, [...args, join(folder, 'it.pdf'), ...after], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 100_000_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text of a PDF in reading order, as poppler finds it. */
export const textOf = (pdf: Buffer): string => read('pdftotext', pdf, ['-raw'], ['-']);

/** What `pdfinfo` says of a PDF, by its own names. */
export const factsOfPdf = (pdf: Buffer): Record<string, string> =>
  Object.fromEntries(read('pdfinfo', pdf, [], []).split('\n').flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1).trim()]] : [];
  }));

/** Text without its white space, which a page arranges as it needs. */
export const withoutSpace = (text: string): string => text.replaceAll(/[\s\u00ad]+/g, '');

/** The tree of a tagged PDF with the text of its headings, as `pdfinfo` reads it. */
export const structureOf = (pdf: Buffer): string => read('pdfinfo', pdf, ['-struct'], []);
