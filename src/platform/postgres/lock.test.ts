import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeLock } from './lock.ts';
import { processState } from './processes.ts';

const base = mkdtempSync(join(tmpdir(), 'parapet-lock-'));
const children: ChildProcess[] = [];

const contend = async (file: string): Promise<{ child: ChildProcess; word: string }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'take-lock.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [word] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, word: word.toString().trim() };
};

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

test('of several that take a stale lock at once exactly one gets it, and the others name it', async () => {
  const file = join(base, 'contended');
  writeFileSync(file, JSON.stringify({ pid: 1, began: 'never', boot: 'before' }));
  const answers = await Promise.all(Array.from({ length: 6 }, () => contend(file)));
  const taken = answers.filter(({ word }) => word === 'taken');
  expect(taken).toHaveLength(1);
  for (const { word } of answers.filter((each) => each.word !== 'taken')) expect(word).toContain(`The thing is in use by process ${taken[0]?.child.pid} (`);
});

test('a lock whose holder was killed is free', async () => {
  const file = join(base, 'killed');
  const { child, word } = await contend(file);
  expect(word).toBe('taken');
  child.kill('SIGKILL');
  await once(child, 'exit');
  takeLock(file, 'The thing').release();
  expect(existsSync(file)).toBe(false);
});

test('a recycled process number, another boot and a damaged file never count as a holder', () => {
  const file = join(base, 'recycled');
  const began = processState(process.pid)?.began;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  for (const content of [JSON.stringify({ pid: process.pid, began: '1', boot }), JSON.stringify({ pid: process.pid, began, boot: 'other' }), '{']) {
    writeFileSync(file, content);
    takeLock(file, 'The thing').release();
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, began, boot }));
  expect(() => takeLock(file, 'The thing')).toThrow(`in use by process ${process.pid}`);
});

test('releasing twice does not free the next holder', () => {
  const file = join(base, 'twice');
  const lock = takeLock(file, 'The thing');
  lock.release();
  writeFileSync(file, JSON.stringify({ pid: 1, began: 'x', boot: 'y' }));
  lock.release();
  expect(existsSync(file)).toBe(true);
});
