import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { about, identity } from '../change.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import type * as contract from './contract.ts';

const taken = (): Problem => new Problem('conflict', 'identity.email_taken', 'Somebody signs in with this address already.', { errors: [{ pointer: '/email', detail: 'Somebody signs in with this address already.' }] });
const none = (): Problem => new Problem('refused', 'identity.no_sign_in', 'This account signs in with no address. Ask an administrator for one.');

/** Changes one's own address, once it is shown who sits there. One's walls stay: nobody else's hand was in it. */
export async function changeEmail(ctx: Ctx, { email }: Input<typeof contract.changeEmail>): Promise<Reply<typeof contract.changeEmail>> {
  await requireFreshProof(ctx);
  const address = email.trim().toLowerCase();
  return identity.writeMany(ctx, '', async (tx) => {
    const before = await tx.selectFrom('identity.credential').select('email').where('personId', '=', me).executeTakeFirst();
    if (!before) throw none();
    await tx.updateTable('identity.credential').set({ email: address, changedAt: ctx.now().toISOString(), changedBy: me }).where('personId', '=', me).execute()
      .catch((error: unknown) => {
        throw (error as { code?: string }).code === '23505' ? taken() : error;
      });
    return { changes: [{ ...about(ctx.personId, 'email-changed', { email: address }), before: { id: ctx.personId, ...before }, erasable: ['email'] }], result: { email: address } };
  });
}
