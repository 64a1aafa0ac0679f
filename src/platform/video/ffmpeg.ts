import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

/** Most address space, in bytes: what a decoder of a hostile stream may take. */
const MOST_BYTES = 2 * 2 ** 30;
const NOBODY = 65_534;
const WORDS = 600;

const found = (program: string): string | null => [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].filter(Boolean).map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? null;

/** Where ffmpeg is on this machine; null where it is not. */
export const ffmpegHere = (): string | null => found('ffmpeg');

/** A program at work: its output, and how it ended (`words` are the end of what it complained of, for the log). */
export type Running = { output: Readable; ended: Promise<{ code: number | null; signal: string | null; words: string }>; stop(): void };

/**
 * Runs ffmpeg with these arguments and no shell: no secret in its environment, no file but its pipes, no new rights, as
 * nobody where we are root, behind other work of the machine, with at most 2 GiB of address space, and killed when this
 * process dies. Throws where it is not on the machine.
 */
export function runFfmpeg(args: readonly string[], input?: AsyncIterable<Buffer>): Running {
  const program = ffmpegHere();
  if (!program) throw new Error('There is no ffmpeg on this machine.');
  const [command = program, ...rest] = [...guards(), program, '-hide_banner', '-loglevel', 'error', ...(input ? [] : ['-nostdin']), ...args];
  const child = spawn(command, rest, { cwd: '/', env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' }, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  if (child.pid) putBehind(child.pid);
  if (input) void feed(child, input);
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(-WORDS)));
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, signal: null, words: message }));
    child.once('close', (code, signal) => resolve({ code, signal, words: words.trim() }));
  });
  return { output: child.stdout as Readable, ended, stop: () => void child.kill('SIGKILL') };
}

/** Programs of util-linux that limit what comes after them and then become it; none where the system has them not. */
function guards(): string[] {
  const [limit, rights] = [found('prlimit'), found('setpriv')];
  const nobody = process.getuid?.() === 0 ? ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'] : [];
  return [...(limit ? [limit, `--as=${MOST_BYTES}`, '--core=0', '--fsize=0'] : []), ...(rights ? [rights, ...nobody, '--no-new-privs', '--pdeathsig', 'KILL', '--'] : [])];
}

function putBehind(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It ended already.
  }
}

async function feed({ stdin }: ChildProcess, input: AsyncIterable<Buffer>): Promise<void> {
  if (!stdin) return;
  stdin.on('error', () => undefined);
  for await (const bytes of input) {
    if (stdin.destroyed) return;
    if (!stdin.write(bytes)) await new Promise((resolve) => stdin.once('drain', resolve).once('close', resolve));
  }
  stdin.end();
}
