import { sql } from 'kysely';
import type { Reply } from '#platform/kernel/contract.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { identity } from '../change.ts';
import { provableBy } from '../sign-in/confirm.service.ts';
import { linksOf } from '../oidc/links.service.ts';
import { canHavePasskeys } from '../passkeys/relying-party.ts';
import type * as contract from '../sign-in/contract.ts';
import { type Held, NOTHING } from '../sign-in/due.ts';
import { proofLasts, proofOf } from '../sign-in/proof.ts';

/** With what the person of this context signs in. */
export async function myFactors(ctx: Ctx): Promise<Reply<typeof contract.myFactors>> {
  const [held, totp, passkeys, codes, credentials] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom(sql<Held>`identity.factors_of(access.me())`.as('f')).select(['hasTotp', 'passkeys', 'suspects', 'codesLeft', 'isRequired']),
    db.selectFrom('identity.totp').select(sql<string>`confirmed_at`.as('since')).where('personId', '=', me).where('confirmedAt', 'is not', null),
    db.selectFrom('identity.passkey').select(['id', 'name', 'madeAt', 'lastUsedAt', 'isSynced', 'suspectAt']).where('personId', '=', me).orderBy('madeAt').limit(100),
    db.selectFrom('identity.recoveryCode').select((eb) => [eb.fn.max('madeAt').as('madeAt'), sql<number>`count(*) filter (where used_at is null)::int`.as('left')]).where('personId', '=', me),
    db.selectFrom(sql<{ hash: string | null }>`identity.hash_of_own()`.as<'h'>(sql`h(hash)`)).select(sql<boolean>`hash is not null`.as('has')),
  ]);
  const [made] = codes;
  const standing = held[0] ?? NOTHING;
  const hasPassword = credentials[0]?.has ?? false;
  return {
    hasPassword, isRequired: standing.isRequired, totp: totp[0] ?? null, passkeys, links: (await linksOf(ctx, ctx.personId, '')).map(({ subject: _own, ...link }) => link), canHavePasskeys: canHavePasskeys(),
    recoveryCodes: made?.madeAt ? { left: made.left, madeAt: made.madeAt } : null,
    confirming: { until: proofLasts(await proofOf(ctx), ctx.now()), by: provableBy(standing, hasPassword) },
  };
}
