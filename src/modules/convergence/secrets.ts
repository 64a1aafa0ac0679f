import { createHmac, randomBytes } from 'node:crypto';
import { ownSealer } from '#platform/sealing/sealing.ts';

const sealer = () => ownSealer('destinations.key', 'The key of the destinations is damaged. Restore keys/destinations.key from your backup; without it the secret of each webhook has to be made anew.');
const about = (destinationId: string): string => `destination ${destinationId}`;
const PREFIX = 'whsec_';

/** A new secret as its receiver gets it, once (Standard Webhooks: 24 to 64 bytes, Base64). */
export const newSecret = (): string => `${PREFIX}${randomBytes(32).toString('base64')}`;

/** A secret for the database. */
export const sealSecret = (destinationId: string, secret: string): Buffer => sealer().seal(about(destinationId), Buffer.from(secret.slice(PREFIX.length), 'base64'));

/** The bytes that sign; throws where this installation's own key is another than when it was sealed. */
export const openSecret = (destinationId: string, sealed: Buffer): Buffer => sealer().open(about(destinationId), sealed);

/** `webhook-signature` after Standard Webhooks 1.0: one signature a secret, over id, seconds since 1970 and body, apart by spaces. */
export const signaturesOf = (secrets: readonly Buffer[], id: string, atS: number, body: string): string => secrets.map((secret) => `v1,${createHmac('sha256', secret).update(`${id}.${atS}.${body}`).digest('base64')}`).join(' ');
