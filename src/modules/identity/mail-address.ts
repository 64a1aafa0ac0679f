import type { MailAddress } from '#platform/deliver/port.ts';
import { me, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

const identity = store<Tables>('identity');

/** Where mail of the receiver goes: the address with which they sign in. */
export const mailAddressOf: MailAddress = async (receiver) => {
  const row = await identity.read(receiver, '').selectFrom('identity.credential').select('email').where('personId', '=', me).executeTakeFirst();
  return row?.email ?? null;
};
