import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSignInKey } from './sealing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is sealed', () => {
  it('is opened by who has the key, also after a restart, and is another each time', () => {
    const sealed = openSignInKey(folder).seal('totp 1', Buffer.from('secret'));
    expect(openSignInKey(folder).open('totp 1', sealed).toString()).toBe('secret');
    expect(openSignInKey(folder).seal('totp 1', Buffer.from('secret'))).not.toEqual(sealed);
    expect(sealed.includes('secret')).toBe(false);
    expect(statSync(join(folder, 'sign-in.key')).mode & 0o777).toBe(0o600);
  });

  it('opens in no other place, with no other key, and not with a bit turned', () => {
    const sealer = openSignInKey(folder);
    const sealed = sealer.seal('totp 1', Buffer.from('secret'));
    expect(() => sealer.open('totp 2', sealed)).toThrow();
    expect(() => openSignInKey(mkdtempSync(join(folder, 'other-'))).open('totp 1', sealed)).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const turned = Buffer.from(sealed);
      turned[at] = (turned[at] ?? 0) ^ 1;
      expect(() => sealer.open('totp 1', turned)).toThrow();
    }
  });

  it('names the file where the key is damaged', () => {
    openSignInKey(folder);
    writeFileSync(join(folder, 'sign-in.key'), readFileSync(join(folder, 'sign-in.key')).subarray(0, 20));
    expect(() => openSignInKey(folder)).toThrow(/keys\/sign-in\.key/);
  });
});
