import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { actAs, readersFor } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity, notYourself, type Tx } from '../change.ts';
import { SETTLE } from '../handover.service.ts';
import type * as contract from './contract.ts';

const SEE_AS = 'identity:see-as';
const MINUTE_MS = 60_000;

const refuse = (pointer: string, code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

type Whom = { title: string; place: string };

/** From now on this browser's session sees with what the viewer and the other both may. The database makes it, and lets nothing be written through it. */
export async function beginSeeAs(ctx: Ctx, { roleKey, personId, siteId, minutes }: Input<typeof contract.beginSeeAs>): Promise<Reply<typeof contract.beginSeeAs>> {
  if ((roleKey === undefined) === (personId === undefined)) throw refuse('/roleKey', 'identity.one_to_see_as', 'Choose either a role or a person.');
  if (personId !== undefined && siteId !== null) throw refuse('/siteId', 'identity.person_has_places', 'A person is seen as with what they hold, wherever. Leave the site out.');
  if (personId === ctx.personId) throw notYourself('You see as yourself already. Choose another person.');
  const until = new Date(ctx.now().getTime() + minutes * MINUTE_MS).toISOString();
  const begun = await identity.writeMany(ctx, SEE_AS, async (tx) => {
    const token = await browserToken(ctx, tx);
    const whom = personId === undefined ? await ofRole(tx, roleKey ?? '', siteId) : await ofPerson(tx, personId);
    const id = uuidv7();
    await sql`select access.begin_lens(${id}, ${token}, ${personId ?? null}::uuid, ${roleKey ?? null}, ${siteId}::uuid, ${whom.title}, ${whom.place}, ${minutes}::int)`.execute(tx);
    return { changes: [about(ctx.personId, 'see-as-begun', { lensId: id, roleKey: roleKey ?? null, personId: personId ?? null, siteId, until })], result: { ...whom, isPerson: personId !== undefined, until } };
  });
  readersFor(ctx.db).forget(ctx.actor);
  return begun;
}

/** The session of a browser: a key sees as nobody else, since nobody would see the banner. */
async function browserToken(ctx: Ctx, tx: Tx): Promise<Buffer> {
  const tokenHash = ctx.actor.kind === 'token' ? ctx.actor.tokenHash : Buffer.alloc(0);
  const session = await tx.selectFrom('access.session').select('kind').where('tokenHash', '=', tokenHash).executeTakeFirst();
  if (session?.kind !== 'browser') throw new Problem('refused', 'identity.see_as_in_browser', 'Only who is signed in with a browser sees as another.');
  return tokenHash;
}

async function ofRole(tx: Tx, roleKey: string, siteId: string | null): Promise<Whom> {
  const role = await tx.selectFrom('access.role').select('title').where('key', '=', roleKey).where('kind', '=', 'human').executeTakeFirst();
  if (!role) throw refuse('/roleKey', 'identity.no_such_role', 'Choose one of the roles.');
  if (siteId === null) return { title: role.title, place: '' };
  const site = await tx.selectFrom('platform.record').select('title').where('id', '=', siteId).where('kind', '=', 'sites.site').executeTakeFirst();
  if (!site) throw refuse('/siteId', 'identity.no_such_site', 'Choose a site that you see.');
  return { title: role.title, place: site.title };
}

async function ofPerson(tx: Tx, personId: string): Promise<Whom> {
  const person = await tx.selectFrom('access.person').select(['name', sql<boolean>`access.holds(access.me(), 'identity:read')`.as('mayRead')]).where('id', '=', personId).where('kind', '=', 'human').executeTakeFirst();
  if (!person) throw refuse('/personId', 'identity.no_such_person', 'Choose a person of the register.');
  if (!person.mayRead) throw notAllowed('identity:read');
  return { title: person.name, place: '' };
}

/** Who looks through a lens, as themselves: for the few things that they may do meanwhile. */
export async function asOneself(ctx: Ctx): Promise<Ctx> {
  const { viewerId } = ctx.reader;
  return viewerId === undefined ? ctx : { ...ctx, ...(await actAs(ctx.db, viewerId, ctx.now, ctx.requestId)) };
}

/** Sees with their own rights again; the database records the end, as it does where time or the session ends it. */
export async function endSeeAs(ctx: Ctx): Promise<Reply<typeof contract.endSeeAs>> {
  if (ctx.reader.viewerId === undefined) return { ended: false };
  await identity.writeMany(await asOneself(ctx), '', async (tx) => {
    await sql`select access.end_lens(${ctx.personId})`.execute(tx);
    return { changes: [], result: null };
  });
  readersFor(ctx.db).forget(ctx.actor);
  return { ended: true };
}

/** Ends what ran out. For the steward. */
export async function endRunOut(ctx: Ctx): Promise<void> {
  await identity.writeMany(ctx, SETTLE, async (tx) => {
    await sql`select access.end_lenses_over()`.execute(tx);
    return { changes: [], result: null };
  });
}
