import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Null where `token` is a time stamp (RFC 3161) of these bytes by an authority of `caFile`; else why not. OpenSSL does
 * it, as in the verifier in Python; where it is missing, the time stamp is not believed.
 */
export async function faultOfStamp(bytes: Buffer, token: Buffer, caFile: string): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-stamp-'));
  try {
    const [data, reply] = [join(folder, 'data'), join(folder, 'reply')];
    writeFileSync(data, bytes);
    writeFileSync(reply, token);
    return await new Promise((resolve) => {
      execFile('openssl', ['ts', '-verify', '-data', data, '-in', reply, '-CAfile', caFile], (error) => {
        if (!error) return resolve(null);
        resolve(error.code === 'ENOENT' ? 'openssl, which checks it, is not installed here' : 'openssl does not find it good for this head and this authority');
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
