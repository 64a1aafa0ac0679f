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

/** The secret that a head-end signs with, for the database. */
export const sealSignatureSecret = (sourceId: string, secret: Buffer): Buffer => sealer().seal(`signature ${sourceId}`, secret);

/** That secret again; null where this installation's own key is another than when it was sealed. Throws Fault where that is damaged. */
export const openSignatureSecret = (sourceId: string, sealed: Buffer): Buffer | null => openAbout(`signature ${sourceId}`, sealed);

/** The key again, or the name and password; null where this installation's own key is another than when it was sealed. Throws Fault where that is damaged. */
export const openKey = (sourceId: string, sealed: Buffer): Buffer | null => openAbout(about(sourceId), sealed);

function openAbout(what: string, sealed: Buffer): Buffer | null {
  const own = sealer();
  try {
    return own.open(what, sealed);
  } catch {
    return null;
  }
}
