import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const root = mkdtempSync(join(tmpdir(), 'parapet backup '));
chmodSync(root, 0o755);
const at = (name: string): string => join(root, name);

type Ended = { code: number; out: string; err: string };
const parapet = (data: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const { DATABASE_URL: _none, ...env } = process.env;
    const child = execFile(process.execPath, [MAIN, ...args], { env: { ...env, PARAPET_DATA: at(data), PORT: '0', LOG_LEVEL: 'silent' } }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out.trim(), err: err.trim() }));
    child.stdin?.end();
  });
const inOneLine = (words: RegExp): Ended => ({ code: 1, out: '', err: expect.stringMatching(new RegExp(`^[^\\n]*${words.source}[^\\n]*$`)) as string });

beforeAll(async () => {
  expect((await parapet('from', 'migrate', '--empty')).code).toBe(0);
  mkdirSync(at('from/main/keys'), { recursive: true });
  writeFileSync(at('from/main/keys/files.key'), 'a secret', { mode: 0o600 });
  writeFileSync(at('passphrase'), 'correct horse battery\n');
}, 180_000);
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('parapet backup and restore', () => {
  test('copy an organisation into a file and from there into an empty folder', async () => {
    const made = await parapet('from', 'backup', at('one.tar'), '--empty');
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/SHA-256 [0-9a-f]{64}/) as string });
    expect(made.out).toContain('private keys are not in it');
    expect(statSync(at('one.tar')).mode & 0o777).toBe(0o600);
    const restored = await parapet('to', 'restore', at('one.tar'));
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('The ledger is whole') as string });
    expect(restored.out).toContain('All sessions are ended');
    expect(readdirSync(at('to/main')).sort()).toEqual(['keys', 'ledger', 'postgres']);
    expect(readdirSync(at('to/main/keys'))).toEqual([]);
    expect(await parapet('to', 'migrate', '--empty')).toMatchObject({ code: 0, out: 'The schema is up to date.' });
    expect(await parapet('to', 'restore', at('one.tar'))).toEqual(inOneLine(/not empty.*nothing was written\./));
  }, 180_000);

  test('take the keys along under a passphrase from a file, and give them back with it', async () => {
    expect(await parapet('from', 'backup', at('keys.tar'), '--with-keys', '--empty')).toEqual(inOneLine(/--passphrase-file/));
    writeFileSync(at('short'), 'too short');
    expect(await parapet('from', 'backup', at('keys.tar'), '--with-keys', '--passphrase-file', at('short'), '--empty')).toEqual(inOneLine(/at least 12/));
    expect(await parapet('from', 'backup', at('keys.tar'), '--with-keys', '--passphrase-file', at('passphrase'), '--empty')).toMatchObject({ code: 0 });
    expect(readFileSync(at('keys.tar')).includes('a secret')).toBe(false);
    writeFileSync(at('wrong'), 'correct horse batterz');
    expect(await parapet('with-keys', 'restore', at('keys.tar'), '--passphrase-file', at('wrong'))).toMatchObject({ code: 1, err: expect.stringContaining('does not open the keys') as string });
    expect(await parapet('with-keys', 'restore', at('keys.tar'), '--passphrase-file', at('passphrase'))).toMatchObject({ code: 0 });
    expect(readFileSync(at('with-keys/main/keys/files.key'), 'utf8')).toBe('a secret');
  }, 180_000);

  test('refuse what cannot be, in one line, and write nothing', async () => {
    expect(await parapet('nowhere', 'backup', at('nothing.tar'), '--empty')).toEqual(inOneLine(/nothing to back up/));
    expect(existsSync(at('nowhere'))).toBe(false);
    expect(await parapet('from', 'backup', at('passphrase'), '--empty')).toEqual(inOneLine(/exists already/));
    writeFileSync(at('cut.tar'), readFileSync(at('one.tar')).subarray(0, 20_000));
    expect(await parapet('other', 'restore', at('cut.tar'))).toEqual(inOneLine(/no whole backup/));
    expect(await parapet('other', 'restore', at('passphrase'))).toEqual(inOneLine(/no (?:whole )?backup/));
    expect(await parapet('other', 'restore', at('missing.tar'))).toEqual(inOneLine(/cannot be read/));
    expect(await parapet('other', 'restore', at('one.tar'), '--demo')).toEqual(inOneLine(/without --demo/));
    expect(existsSync(at('other'))).toBe(false);
    expect(await parapet('from', 'backup')).toMatchObject({ code: 1, err: expect.stringContaining('parapet backup FILE') as string });
  }, 180_000);

  test.each(['serve', 'migrate', 'verify', 'backup', 'user'])('%s refuses a folder in which a restore was cut short, and says what to do', async (verb) => {
    mkdirSync(at('half/main'), { recursive: true });
    mkdirSync(at('half/main/postgres'), { recursive: true });
    writeFileSync(at('half/main/restoring'), 'one.tar\n');
    const args = verb === 'backup' ? [at('half.tar')] : verb === 'user' ? ['unlock', '--email', 'a@b.example'] : [];
    expect(await parapet('half', verb, ...args, '--empty')).toEqual(inOneLine(/half of a restore from one\.tar.*parapet restore FILE/));
  });
});
