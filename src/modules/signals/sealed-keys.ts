import { aboutSource, sourceSealer } from '#platform/sealing/sealing.ts';
import { readKey } from './rules.ts';

const sealer = sourceSealer;
const about = aboutSource;

/** A source's key for the database. Throws RangeError for what the contract refuses. */
export function sealKey(sourceId: string, text: string): Buffer {
  const key = readKey(text);
  if (!key) throw new RangeError('This is no key.');
  return sealer().seal(about(sourceId), Buffer.from(key));
}

/** A camera's name and password for the database. */
export const sealCredentials = (sourceId: string, { user, password }: { user: string; password: string }): Buffer => sealer().seal(about(sourceId), Buffer.from(JSON.stringify({ user, password })));

/** The key again, or the name and password; null where this installation's own key is another than when it was sealed. Throws Fault where that is damaged. */
export function openKey(sourceId: string, sealed: Buffer): Buffer | null {
  const own = sealer();
  try {
    return own.open(about(sourceId), sealed);
  } catch {
    return null;
  }
}
