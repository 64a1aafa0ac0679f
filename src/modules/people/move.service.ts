import { z } from 'zod';
import { Begin } from '#modules/identity/contract.ts';
import * as identity from '#modules/identity/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { decisionKind, type Made } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { sql } from 'kysely';
import type * as contract from './contract.ts';
import { changePerson } from './people.service.ts';
import type { Tables } from './tables.gen.ts';

const people = store<Tables>('people');
const TWO_DAYS_MINUTES = 2 * 24 * 60;

const Payload = z.strictObject({
  personId: z.uuid(), grants: z.array(Begin).max(20), ends: z.array(z.uuid()).max(50), home: z.strictObject({ siteId: z.uuid().nullable() }).nullable(),
  at: z.iso.datetime({ offset: true }).nullable(), handTo: z.uuid().nullable(), reason: z.string(),
});
type Payload = z.infer<typeof Payload>;

const movingOf = ({ personId, grants, ends, at, handTo, reason }: Payload): Parameters<typeof identity.moveRights>[1] => ({ personId, begins: grants, ends, at, handTo, reason });

async function takeEffect(ctx: Ctx, payload: Payload, made: Made | null): Promise<void> {
  if (payload.home) await changePerson(ctx, { id: payload.personId, siteId: payload.home.siteId });
  await identity.moveRights(ctx, movingOf(payload), made);
}

/** A move that gives more than is its mover's own to give. */
const moveDecision = decisionKind({ key: 'people.move', permission: 'identity:grant', expiresMinutes: TWO_DAYS_MINUTES, payload: Payload, run: takeEffect });

/** The one place at which both people must be allowed to give roles: that of the new role, or the organisation where there are several. */
const placeOf = (begins: readonly { siteId: string | null }[]): string | null => (new Set(begins.map(({ siteId }) => siteId)).size === 1 ? (begins[0]?.siteId ?? null) : null);

/** Moves somebody in one step: home site, roles that end, roles that begin. All of it happens, or nothing. */
export async function movePerson(ctx: Ctx, { id, siteId, ends, begins, at, handTo, reason }: Input<typeof contract.movePerson>): Promise<Reply<typeof contract.movePerson>> {
  const payload: Payload = { personId: id, grants: begins, ends, home: siteId === undefined ? null : { siteId }, at: at ?? null, handTo, reason };
  const moved = await people.writeMany<Reply<typeof contract.movePerson>>(ctx, 'identity:grant', async (tx) => {
    const [person] = await tx.selectFrom('people.person as p').select(sql<boolean>`access.may_at(p.site_id, p.wall_id, 'identity:grant')`.as('may')).where('p.id', '=', id).execute();
    if (!person) throw notFound();
    if (!person.may) throw notAllowed('identity:grant');
    const move = movingOf(payload);
    if (await identity.needsTwoPeople(ctx, move)) {
      const proposed = await propose(ctx, moveDecision, { payload, facts: await identity.movingFacts(ctx, move), subjectId: id, of: { recordId: id, siteId: placeOf(begins), wallId: null }, reason });
      return { changes: [], result: proposed };
    }
    await takeEffect(ctx, payload, null);
    return { changes: [], result: { state: 'moved', decisionId: null } };
  });
  if (moved.state !== 'waiting') await identity.settleDue(ctx.db).catch(() => undefined);
  return moved;
}
