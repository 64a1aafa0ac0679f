import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Preferences } from './contract.ts';
import { notify } from './notices.service.ts';
import { LANGUAGES } from '#platform/kernel/language.ts';
import { discoverNotices, type Step, titleIn } from './port.ts';
import { isZone } from './rules.ts';

const LADDERS = 'notify:ladders';
const refuse = (pointer: string, code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

export async function readPreferences(ctx: Ctx): Promise<Preferences> {
  const { classes } = await discoverNotices();
  const wish = await notify.read(ctx, '').selectFrom('notify.wish').select(['channels', 'zone', 'fromMinute', 'toMinute', 'language']).where('personId', '=', me).executeTakeFirst();
  const own = (wish?.channels ?? {}) as unknown as Readonly<Record<string, Preferences['classes'][number]['channels']>>;
  const { zone, fromMinute, toMinute } = wish ?? {};
  return {
    quiet: typeof zone === 'string' && typeof fromMinute === 'number' && typeof toMinute === 'number' ? { zone, fromMinute, toMinute } : null,
    language: LANGUAGES.find((one) => one === wish?.language) ?? 'en',
    classes: [...classes.values()].map((one) => ({ class: one.key, title: titleIn(one, ctx.language), urgent: one.urgent, channels: [...(own[one.key] ?? one.channels)], isOwn: one.key in own })),
  };
}

export async function setPreferences(ctx: Ctx, { quiet, language, classes }: Input<typeof contract.setPreferences>): Promise<Preferences> {
  const known = (await discoverNotices()).classes;
  const unknown = classes.findIndex((wish) => !known.has(wish.class));
  if (unknown >= 0) throw refuse(`/classes/${unknown}/class`, 'notify.no_such_class', 'There is no such class of notices.');
  if (quiet && !isZone(quiet.zone)) throw refuse('/quiet/zone', 'notify.no_such_zone', 'Choose a time zone such as Europe/Berlin.');
  if (quiet && quiet.fromMinute === quiet.toMinute) throw refuse('/quiet/toMinute', 'notify.no_hours', 'Quiet hours must begin and end at different times.');
  await notify.writeMany(ctx, '', async (tx) => {
    const channels = Object.fromEntries(classes.map((wish) => [wish.class, [...new Set(wish.channels)]]));
    const wish = { channels: JSON.stringify(channels), zone: quiet?.zone ?? null, fromMinute: quiet?.fromMinute ?? null, toMinute: quiet?.toMinute ?? null, language };
    await tx.insertInto('notify.wish').values({ personId: ctx.personId, ...wish }).onConflict((conflict) => conflict.column('personId').doUpdateSet(wish)).execute();
    return { changes: [{ verb: 'preferences-set', before: null, after: { id: ctx.personId, quiet, language, classes: channels }, of: { recordId: ctx.personId, siteId: null, wallId: null, readPermission: 'notify:read' } }], result: null };
  });
  return readPreferences(ctx);
}

/** Writes into the ledger that somebody asked for it; the worker tells it like anything else. */
export async function tellMyself(ctx: Ctx): Promise<{ id: string }> {
  return notify.writeMany(ctx, '', async () => {
    const id = uuidv7();
    return { changes: [{ verb: 'asked-for-test', before: null, after: { id, personId: ctx.personId }, of: { recordId: id, siteId: null, wallId: null, readPermission: 'notify:read' } }], result: { id } };
  });
}

export async function listLadders(ctx: Ctx): Promise<Reply<typeof contract.listLadders>> {
  const { classes } = await discoverNotices();
  const [own, roles] = await notify.readAll(ctx, LADDERS, (db) => [
    db.selectFrom('notify.ladder as l').innerJoin('access.person as p', 'p.id', 'l.changedBy').select(['l.class', 'l.steps', 'l.changedAt', 'p.name as changedBy']),
    db.selectFrom('access.role').select(['key', 'title']).where('kind', '=', 'human').orderBy('title'),
  ]);
  const titles = new Map(roles.map(({ key, title }) => [key, title]));
  const items = [...classes.values()].filter(({ ladder }) => ladder !== undefined).map((one) => {
    const { key, ladder } = one;
    const set = own.find((one) => one.class === key);
    const isSet = set !== undefined && set.steps !== null;
    const steps = ((set?.steps as unknown as Step[] | undefined) ?? ladder ?? []).map((step) => ({ ...step, roleTitle: titles.get(step.role) ?? step.role }));
    return { class: key, title: titleIn(one, ctx.language), isOwn: isSet, steps, changedAt: set?.changedAt ?? null, changedBy: set?.changedBy ?? null };
  });
  return { items, roles };
}

export async function setLadder(ctx: Ctx, { class: key, steps, reason }: Input<typeof contract.setLadder>): Promise<{ class: string }> {
  if ((await discoverNotices()).classes.get(key)?.ladder === undefined) throw refuse('/class', 'notify.no_ladder', 'This class of notices has no ladder.');
  return notify.writeMany(ctx, LADDERS, async (tx) => {
    const [may] = await tx.selectFrom(sql<{ may: boolean }>`(select access.org_may(${LADDERS}) as may)`.as('m')).select('may').execute();
    if (!may?.may) throw notAllowed(LADDERS);
    const known = new Set((await tx.selectFrom('access.role').select('key').where('kind', '=', 'human').execute()).map((role) => role.key));
    const unknown = steps.findIndex((step) => !known.has(step.role));
    if (unknown >= 0) throw refuse(`/steps/${unknown}/role`, 'notify.no_such_role', 'There is no such role of people.');
    const before = await tx.selectFrom('notify.ladder').select('steps').where('class', '=', key).executeTakeFirst();
    const row = { steps: steps.length === 0 ? null : JSON.stringify(steps), changedAt: ctx.now().toISOString(), changedBy: ctx.personId };
    await tx.insertInto('notify.ladder').values({ class: key, ...row }).onConflict((conflict) => conflict.column('class').doUpdateSet(row)).execute();
    const id = uuidv7();
    return { changes: [{ verb: 'ladder-set', before: { steps: before?.steps ?? null } as object, after: { id, class: key, steps, reason } as { id: string }, of: { recordId: id, siteId: null, wallId: null, readPermission: LADDERS } }], result: { class: key } };
  });
}
