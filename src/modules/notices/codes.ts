import { createHash, timingSafeEqual } from 'node:crypto';
import { ownSealer } from '#platform/sealing/sealing.ts';

const sealer = () => ownSealer('notices.key', 'The key of the notifications is damaged. Restore keys/notices.key from your backup; without it links that were sent hold no more, and each gateway has to be added anew.');

/** The code of a recipient's link, 128 bits and more: made from our own key, so that it is kept nowhere. */
export const codeOf = (recipientId: string): string => sealer().mac('link of a notification', Buffer.from(recipientId)).toString('base64url').slice(0, 22);

/** What of a code stands in the database. */
export const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();

/** What a provider sends with its receipts. */
export const receiptKeyOf = (gatewayId: string): string => sealer().mac('receipts of a gateway', Buffer.from(gatewayId)).toString('base64url');

/** Is this the key of that gateway? In the same time whatever was given. */
export const isReceiptKey = (gatewayId: string, given: string): boolean => timingSafeEqual(hashOf(receiptKeyOf(gatewayId)), hashOf(given));

const about = (gatewayId: string, what: string): string => `${what} of gateway ${gatewayId}`;
export const sealAddress = (gatewayId: string, address: string): Buffer => sealer().seal(about(gatewayId, 'address'), Buffer.from(address));
export const sealToken = (gatewayId: string, token: string): Buffer => sealer().seal(about(gatewayId, 'token'), Buffer.from(token));

/** Address and token in the clear; throws where this installation's key is another than when they were sealed. */
export const openGateway = ({ id, address, token }: { id: string; address: Buffer; token: Buffer | null }): { url: string; token: string | null } => ({ url: sealer().open(about(id, 'address'), address).toString(), token: token && sealer().open(about(id, 'token'), token).toString() });
