import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { covers } from './cmap.ts';
import { readFonts } from './fonts.ts';
import type { Answer, Job, Opening } from './job.ts';
import { type Drawable, makeDrawable, undrawnIn } from './text.ts';

// Runs as a process of its own: the compiler computes without a pause, and only an end of its process stops it.

/** A folder that isn't there: templates, data and nothing else are handed in from memory, so no file of the machine can be read. */
const WORKSPACE = '/report';
const MOST_ATTEMPTS = 4;
const FAR_PACKAGE = /@(?:preview|local)\//;

class Refused extends Error {
  readonly reason: 'template' | 'undrawn' | 'compile';
  constructor(reason: Refused['reason'], detail: string) {
    super(detail);
    this.reason = reason;
  }
}

type Press = { compiler: NodeCompiler; canDraw: (codePoint: number) => boolean; templates: ReadonlySet<string>; faces: string };

function openCompiler({ root }: Opening): Press {
  const { blobs, others, coverage } = readFonts();
  const compiler = NodeCompiler.create({ workspace: WORKSPACE, fontArgs: [{ fontBlobs: blobs }] });
  const templates = globSync('**/report/*.typ', { cwd: root });
  for (const path of templates) {
    const source = readFileSync(join(root, path), 'utf8');
    if (FAR_PACKAGE.test(source)) throw new Error(`${path} wants a package from outside; templates bring what they need`);
    compiler.mapShadow(join(WORKSPACE, path), Buffer.from(source));
  }
  return { compiler, canDraw: (codePoint) => covers(coverage, codePoint), templates: new Set(templates), faces: others.join('|') };
}

type Pdf = Pick<Extract<Answer, { kind: 'made' }>, 'pdf' | 'pages' | 'warnings'>;

function compileOnce({ compiler, faces }: Press, job: Job, { value, spelled }: Drawable): Pdf {
  compiler.mapShadow(join(WORKSPACE, 'data.json'), Buffer.from(JSON.stringify(value)));
  const inputs = { ...job.inputs, faces, spelled: spelled.slice(0, 5).join(' '), spelledCount: String(spelled.length) };
  const compiled = compiler.compile({ mainFilePath: join(WORKSPACE, job.template), inputs });
  const document = compiled.result;
  if (document === null) throw new Refused('compile', wordsOf(compiled.takeError()?.shortDiagnostics));
  const warnings = (compiled.takeWarnings()?.shortDiagnostics ?? []).map((one: { message?: unknown }) => String(one.message));
  return { pdf: compiler.pdf(document, { pdfStandard: job.standard, creationTimestamp: job.atS }), pages: document.numOfPages, warnings };
}

const wordsOf = (diagnostics: readonly { message?: unknown; path?: unknown }[] = []): string => diagnostics.map(({ message, path }) => `${String(path)}: ${String(message)}`).join('; ');

/**
 * The export is always the strict one. What the fonts are known not to draw is written as numbers at first; where the
 * compiler still finds a cluster that no single font draws, its characters follow; at last all that isn't ASCII.
 */
function make(press: Press, job: Job): Pdf & { spelled: string[] } {
  if (!press.templates.has(job.template)) throw new Refused('template', `There is no template ${job.template}`);
  const undrawn = new Set<number>();
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt === MOST_ATTEMPTS;
    const drawable = makeDrawable(job.data, (codePoint) => (isLast ? codePoint < 0x7f : press.canDraw(codePoint) && !undrawn.has(codePoint)));
    if (job.strict && drawable.spelled.length > 0) throw new Refused('undrawn', drawable.spelled.join(' '));
    try {
      return { ...compileOnce(press, job, drawable), spelled: [...drawable.spelled] };
    } catch (error) {
      const named = error instanceof Error ? undrawnIn(error.message) : [];
      if (isLast || named.length === 0 || error instanceof Refused) throw error;
      for (const char of named) undrawn.add(char.codePointAt(0) ?? 0);
    }
  }
}

function answer(press: Press, job: Job): Answer {
  const began = performance.now();
  try {
    const made = make(press, job);
    return { kind: 'made', id: job.id, ...made, tookMs: performance.now() - began, rss: process.memoryUsage.rss() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', id: job.id, reason: error instanceof Refused ? error.reason : 'compile', detail };
  } finally {
    press.compiler.unmapShadow(join(WORKSPACE, 'data.json'));
    press.compiler.evictCache(2);
  }
}

let press: Press | undefined;
process.on('message', (message: Opening | Job) => {
  if (message.kind === 'open') press = openCompiler(message);
  else if (press !== undefined) process.send?.(answer(press, message));
});
process.on('disconnect', () => process.exit(0));
