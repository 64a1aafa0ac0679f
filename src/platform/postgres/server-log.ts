import { chownSync, closeSync, copyFileSync, fstatSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_BYTES = 10 * 2 ** 20;
const LOOK_EVERY_MS = 10_000;

/** PostgreSQL's own log: a file that it appends to and that is turned over at 10 MB, one older part kept. */
export type ServerLog = { fd: number; sinceStart(): string; close(): void };

/** Opens `file` for appending; `sinceStart` answers its last lines written since then, for the word on a failed start. */
export const openServerLog = (file: string): ServerLog => {
  const fd = openSync(file, 'a', 0o600);
  const { uid, gid } = statSync(dirname(file));
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
  const start = fstatSync(fd).size;
  const turn = (): void => {
    if (fstatSync(fd).size < MOST_BYTES) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
  };
  turn();
  const timer = setInterval(turn, LOOK_EVERY_MS).unref();
  return {
    fd,
    sinceStart: () => {
      const text = readFileSync(file).subarray(fstatSync(fd).size >= start ? start : 0).toString();
      return text.trim().split('\n').filter((line) => !line.includes(' LOG: ')).slice(-3).join(' · ');
    },
    close: () => {
      clearInterval(timer);
      closeSync(fd);
    },
  };
};
