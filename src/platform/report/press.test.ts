import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { Problem } from '#platform/kernel/problem.ts';
import { covers } from './cmap.ts';
import { readFonts } from './fonts.ts';
import { openPress, type Press, type RenderOptions } from './press.ts';
import { canRead, factsOfPdf, textOf, withoutSpace } from './testing.ts';

const AT = new Date('2026-11-20T09:40:12Z');
const options = (change: Partial<RenderOptions> = {}): RenderOptions => ({ lang: 'en', title: 'A title', at: AT, ...change });
const OWN = "#set document(title: sys.inputs.title, date: auto)\n#set text(font: (\"Inter\",) + sys.inputs.faces.split(\"|\"), lang: sys.inputs.lang, fallback: false)\n";
const SPIN = '#let n = 0\n#for i in range(400000000) { n += calc.sqrt(i) }\n#n';
const TEMPLATES = {
  'plain/report/plain.typ': `${OWN}#let data = json("/data.json")\n#for part in data.parts { par(part) }`,
  'plain/report/slow.typ': `${OWN}#let n = 0\n#for i in range(2500000) { n += calc.sqrt(i) }\n#n`,
  'plain/report/endless.typ': `${OWN}${SPIN}`,
  'plain/report/nosy.typ': `${OWN}#read("/etc/passwd")`,
  'plain/report/upward.typ': `${OWN}#read("../../../../../../etc/passwd")`,
  'plain/report/faulty.typ': `${OWN}#let data = json("/data.json")\n#data.secret.missing`,
};

let root = '';
let press: Press | undefined;
const open = (more: Parameters<typeof openPress>[0] = {}): Press => (press = openPress({ root, ...more }));
const problemOf = async (asked: Promise<unknown>): Promise<Problem> => {
  const error: unknown = await asked.then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof Problem)) throw new Error(`expected a problem, got ${String(error)}`);
  return error;
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const put = (path: string, source: string, under = root): void => {
  mkdirSync(dirname(join(under, path)), { recursive: true });
  writeFileSync(join(under, path), source);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'report templates '));
  for (const [path, source] of Object.entries(TEMPLATES)) put(path, source);
});
afterEach(async () => {
  await press?.close();
  press = undefined;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a report', () => {
  test('is a tagged PDF with its title, its language and its time, in PDF/UA-1', async () => {
    const { pdf, pages } = await open().render('plain/report/plain.typ', { parts: ['Hello'] }, options({ lang: 'de', title: 'Vorfall “42”' }));
    const bytes = pdf.toString('latin1');
    expect(bytes.startsWith('%PDF-1.7')).toBe(true);
    for (const mark of ['/StructTreeRoot', '/MarkInfo', '/Lang (de)', 'pdfuaid:part>1<']) expect(bytes).toContain(mark);
    expect(pages).toBe(1);
  });

  test('says so to another program', async ({ skip }) => {
    if (!canRead()) skip('pdfinfo is not installed');
    const { pdf } = await open().render('plain/report/plain.typ', { parts: ['Hello'] }, options({ title: 'Vorfall “42”' }));
    expect(factsOfPdf(pdf)).toMatchObject({ Title: 'Vorfall “42”', Tagged: 'yes', Pages: '1', JavaScript: 'no', CreationDate: 'Fri Nov 20 09:40:12 2026 UTC' });
  });

  test('is the same to the byte for the same data and time, and can be PDF/A-2a as well', async () => {
    const opened = open();
    const once = () => opened.render('plain/report/plain.typ', { parts: ['Hello'] }, options());
    expect((await once()).pdf.equals((await once()).pdf)).toBe(true);
    const archived = await opened.render('plain/report/plain.typ', { parts: ['Hello'] }, options({ standard: 'a-2a' }));
    expect(archived.pdf.toString('latin1')).toContain('<pdfaid:part>2</pdfaid:part>');
  });

  test('leaves this process free while it is made, and those asked for together come one after the other', async () => {
    const opened = open();
    await opened.render('plain/report/plain.typ', { parts: ['warm'] }, options());
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 10);
    const began = performance.now();
    const made = await Promise.all(['slow', 'plain', 'slow'].map((name) => opened.render(`plain/report/${name}.typ`, { parts: [name] }, options())));
    const tookMs = performance.now() - began;
    clearInterval(ticking);
    expect(made.map(({ pages }) => pages)).toEqual([1, 1, 1]);
    expect(tookMs).toBeGreaterThan(200);
    expect(ticks).toBeGreaterThan(tookMs / 10 / 3);
  });

  test('is given up after its time with 503, its process is ended, and the next one is made', async () => {
    const opened = open({ timeoutMs: 1500 });
    await opened.render('plain/report/plain.typ', { parts: ['warm'] }, options());
    const pid = opened.pid() ?? 0;
    const began = performance.now();
    const [problem, next] = await Promise.all([problemOf(opened.render('plain/report/endless.typ', null, options())), opened.render('plain/report/plain.typ', { parts: ['next'] }, options())]);
    expect(problem).toMatchObject({ status: 503, code: 'report.slow', extra: { retryAfterS: 60 } });
    expect(performance.now() - began).toBeLessThan(8000);
    expect(next.pages).toBe(1);
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  test('whose process is killed is answered with 503, and the next one is made', async () => {
    const opened = open();
    await opened.render('plain/report/plain.typ', { parts: ['warm'] }, options());
    const lost = problemOf(opened.render('plain/report/endless.typ', null, options()));
    process.kill(opened.pid() ?? 0, 'SIGKILL');
    expect(await lost).toMatchObject({ status: 503, code: 'report.failed' });
    expect((await opened.render('plain/report/plain.typ', { parts: ['again'] }, options())).pages).toBe(1);
  });

  test('waits in a queue that has an end', async () => {
    const opened = open({ mostWaiting: 2 });
    const asked = Array.from({ length: 4 }, () => opened.render('plain/report/slow.typ', null, options()).then(({ pages }) => pages, (error: Problem) => error.code));
    expect(await Promise.all(asked)).toEqual([1, 1, 1, 'report.busy']);
  });

  test('that is too much is refused before it is begun', async () => {
    const problem = await problemOf(open().render('plain/report/plain.typ', { parts: ['x'.repeat(16_000_001)] }, options()));
    expect(problem.status).toBe(413);
    expect(press?.pid()).toBeUndefined();
  });

  test('ends its process when nobody asks for another', async () => {
    const opened = open({ idleMs: 50 });
    await opened.render('plain/report/plain.typ', { parts: ['one'] }, options());
    const pid = opened.pid() ?? 0;
    expect(isAlive(pid)).toBe(true);
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    expect((await opened.render('plain/report/plain.typ', { parts: ['two'] }, options())).pages).toBe(1);
  });

  test('costs a process of less than 400 MB, also the fiftieth', async () => {
    const opened = open();
    const parts = Array.from({ length: 400 }, (_, i) => `Paragraph ${i} with 東京, नेपाल, שלום and 👮 in it. `.repeat(8));
    let rss = 0;
    for (let i = 0; i < 50; i += 1) ({ rss } = await opened.render('plain/report/plain.typ', { parts: [...parts, String(i)] }, options()));
    expect(rss / 1e6).toBeLessThan(400);
  });
});

describe('a template', () => {
  test.each(['nosy', 'upward'])('reads no file of this machine (%s)', async (name) => {
    const problem = await problemOf(open().render(`plain/report/${name}.typ`, null, options()));
    expect(problem.code).toBe('report.failed');
    expect(String((problem.cause as Error).message)).toMatch(/not found|denied/);
  });

  test('with a fault is answered without its words, which only the log sees', async () => {
    const problem = await problemOf(open().render('plain/report/faulty.typ', { parts: [] }, options()));
    expect(problem.message).not.toMatch(/secret/);
    expect(String((problem.cause as Error).message)).toMatch(/secret/);
  });

  test.each(['plain/report/none.typ', '../plain/report/plain.typ', '/etc/passwd', 'data.json'])('that is not one of ours is refused: %s', async (name) => {
    expect(String(((await problemOf(open().render(name, null, options()))).cause as Error).message)).toMatch(/no template/);
  });

  test('that wants a package from outside stops the press before it makes anything', async () => {
    const other = mkdtempSync(join(tmpdir(), 'report-far-'));
    put('a/report/far.typ', '#import "@preview/cetz:0.3.0"', other);
    const problem = await problemOf(open({ root: other }).render('a/report/far.typ', null, options()));
    rmSync(other, { recursive: true });
    expect(String((problem.cause as Error).message)).toMatch(/package from outside/);
  });
});

describe('what people wrote', () => {
  test('is shown as text, whatever it means to the compiler', async ({ skip }) => {
    if (!canRead()) skip('pdftotext is not installed');
    const opened = open();
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('#panic()', '$ x $', '*b* _e_', '@ref <l>', '`raw`', '= head', '// no', '/* no */', '\\ \\u{41}', '#{', ']', '[', '#let x = 1', '~', '---', 'http://a.b/c')), { minLength: 1, maxLength: 12 }), async (parts) => {
      const { pdf, spelled } = await opened.render('plain/report/plain.typ', { parts }, options());
      expect(spelled.length).toBeLessThanOrEqual(33);
      expect(withoutSpace(textOf(pdf))).toBe(withoutSpace(parts.join('')));
    }), { seed: 20261120, numRuns: 40 });
  });

  test('never breaks the strict export, whatever the characters', async () => {
    const opened = open();
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 80 }), fc.uint16Array({ maxLength: 40 }).map((units) => String.fromCharCode(...units))), { maxLength: 20 }), async (parts) => {
      const { pdf } = await opened.render('plain/report/plain.typ', { parts }, options());
      expect(pdf.toString('latin1', 0, 8)).toBe('%PDF-1.7');
    }), { seed: 20261120, numRuns: 60 });
  });

  test('needs no number where the fonts have its characters: each that they cover passes the strict export', async () => {
    const { coverage } = readFonts();
    const all = Array.from({ length: 0x30000 }, (_, code) => code).filter((code) => covers(coverage, code) && !/[\p{C}\p{Z}\p{M}]/u.test(String.fromCodePoint(code)));
    const sample = all.filter((_, at) => at % 7 === 0).map((code) => String.fromCodePoint(code));
    expect(sample.length).toBeGreaterThan(4000);
    const { spelled } = await open().render('plain/report/plain.typ', { parts: sample }, options({ strict: true }));
    expect(spelled).toEqual([]);
  });

  test('is refused by a strict report, rather than written as numbers', async () => {
    const opened = open();
    const problem = await problemOf(opened.render('plain/report/plain.typ', { parts: ['\u0007 𓀀'] }, options({ strict: true })));
    expect(String((problem.cause as Error).message)).toBe('undrawn: [U+0007] [U+13000]');
    expect((await opened.render('plain/report/plain.typ', { parts: ['\u0007 𓀀'] }, options())).spelled).toEqual(['[U+0007]', '[U+13000]']);
  });
});
