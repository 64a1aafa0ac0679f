import { sql } from 'kysely';
import { siteOf } from '#modules/sites/public.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { isZone, type Quiet, quietEnd } from '#platform/notify/rules.ts';
import type * as contract from './contract.ts';
import type { Preview } from './contract.ts';
import { linkOf } from './words.ts';
import { checkMay, type Db, notices, refuse } from './notice-row.ts';
import { type Channel, CHOICES, isUnchanged, type Language, LANGUAGES, needsSecond, saidTo, smsParts, smsText, type Texts } from './rules.ts';

const PREPARE = 'notices:prepare';
const SHOWN = 50;
/** As long as every code is. */
const ANY_CODE = '0'.repeat(22);

export type Asked = Input<typeof contract.previewNotice>;
export type Reached = { personId: string; name: string; language: Language | null; app: boolean; push: boolean; mail: boolean; sms: boolean; quiet: Quiet | null };
export type Gateways = { sms: { id: string; priceMinor: number | null; currency: string | null } | null; rooms: readonly string[] };
/** What a notice would be: whom it reaches, and whether a second person decides. */
export type Plan = { people: readonly Reached[]; gateways: Gateways; answerHours: number; isDanger: boolean; needsSecond: boolean };

async function audienceOf(db: Db, { siteId, audience: { everyone, roles, personIds } }: Asked): Promise<Reached[]> {
  const people = sql<Reached>`(select r.* from notices.reach(array(select a.person_id from notices.audience(${siteId}::uuid, ${everyone}, ${roles}::text[], ${personIds}::uuid[]) a)) r)`.as<'r'>(sql`r`);
  return db.selectFrom(people).selectAll().orderBy('name').orderBy('personId').execute() as Promise<Reached[]>;
}

async function gatewaysOf(db: Db, { channels, roomIds }: Asked): Promise<Gateways> {
  const all = await db.selectFrom('notices.gateway').select(['id', 'kind', 'priceMinor', 'currency']).where('state', '=', 'active').execute();
  const rooms = channels.includes('room') ? all.filter(({ id, kind }) => kind !== 'sms' && roomIds.includes(id)).map(({ id }) => id) : [];
  if (channels.includes('room') && rooms.length < Math.max(1, new Set(roomIds).size)) throw refuse('no_such_room', 'Choose at least one room that is set up.', '/roomIds');
  return { sms: all.find(({ kind }) => kind === 'sms') ?? null, rooms };
}

/** In danger to life an approved text goes at once; anything else is not one. */
async function checkDanger(db: Db, { isDanger, templateKey, texts, question }: Asked): Promise<void> {
  if (!isDanger) return;
  const template = await db.selectFrom('notices.template').select(['texts', 'question', 'isLifeSafety']).where('key', '=', templateKey).executeTakeFirst();
  const fits = template?.isLifeSafety && isUnchanged(texts, question, { texts: template.texts as unknown as Texts, question: template.question as Asked['question'] });
  if (!fits) throw refuse('not_approved', 'Only the unchanged text of a template for danger to life goes without a second person. Choose one, or let another decide.', '/isDanger');
}

/** The plan of a notice, under the reader's own rights: who may not prepare it for that place is told so. */
export async function planOf(ctx: Ctx, db: Db, asked: Asked): Promise<Plan> {
  if (asked.siteId !== null && !(await siteOf(ctx, asked.siteId))) throw toProblem({ code: '23503' });
  await checkMay(db, asked.siteId, PREPARE);
  const { everyone, roles, personIds } = asked.audience;
  if (!everyone && roles.length === 0 && personIds.length === 0) throw refuse('no_audience', 'Say to whom: everybody, a role, or people.', '/audience');
  await checkDanger(db, asked);
  const people = await audienceOf(db, asked);
  const { approveOver, answerHours } = await db.selectFrom('notices.setting').select(['approveOver', 'answerHours']).executeTakeFirstOrThrow();
  return { people, gateways: await gatewaysOf(db, asked), answerHours, isDanger: asked.isDanger, needsSecond: needsSecond({ everyone, size: people.length, approveOver, isDanger: asked.isDanger }) };
}

/** Does this channel reach this person? */
export const reaches = (person: Reached, channel: Channel, { sms }: Gateways): boolean => channel !== 'room' && person[channel] && (channel !== 'sms' || sms !== null);

/** When somebody's quiet hours end; null where none hold now, or the notice comes through them. */
export const quietUntil = ({ quiet }: Reached, { overQuietWhy }: Asked, now: Date): Date | null => (overQuietWhy === '' && quiet !== null && isZone(quiet.zone) ? quietEnd(now, quiet) : null);

function saidOf({ texts, question }: Asked, { people }: Plan): Preview['said'] {
  const link = CHOICES[question].length > 0 ? linkOf(ANY_CODE) : null;
  const groups = texts.de === null ? [null] : [null, ...LANGUAGES];
  return groups.map((language) => ({ language, people: texts.de === null ? people.length : people.filter((one) => one.language === language).length, sms: smsText(texts, language, link), mail: saidTo(texts, language, 'long') })).filter(({ people: n }, i) => n > 0 || i === 0);
}

/** What would be said to whom by what; nothing is sent or kept. */
export async function previewNotice(ctx: Ctx, asked: Input<typeof contract.previewNotice>): Promise<Preview> {
  const plan = await planOf(ctx, notices.read(ctx, PREPARE), asked);
  const { people, gateways } = plan;
  const personal = asked.channels.filter((channel) => channel !== 'room');
  const nobody = people.filter((person) => !personal.some((channel) => reaches(person, channel, gateways)));
  const link = CHOICES[asked.question].length > 0 ? linkOf(ANY_CODE) : null;
  const parts = personal.includes('sms') ? people.filter((person) => reaches(person, 'sms', gateways)).reduce((sum, { language }) => sum + smsParts(smsText(asked.texts, language, link)), 0) : 0;
  return {
    people: people.length, unreached: nobody.slice(0, SHOWN).map(({ personId, name }) => ({ id: personId, name })), unreachedCount: nobody.length, quiet: people.filter((person) => quietUntil(person, { ...asked, overQuietWhy: '' }, ctx.now()) !== null).length,
    channels: asked.channels.map((channel) => channel === 'room' ? { channel, reaches: gateways.rooms.length, lacks: 0, isReady: true } : countOf(people.filter((person) => reaches(person, channel, gateways)).length, people.length, channel, gateways)),
    smsParts: parts, cost: costOf(parts, gateways), needsSecond: plan.needsSecond, said: saidOf(asked, plan),
  };
}

const costOf = (parts: number, { sms }: Gateways): Preview['cost'] => (sms === null || sms.priceMinor === null || sms.currency === null ? null : { minor: parts * sms.priceMinor, currency: sms.currency });
const countOf = (n: number, of: number, channel: Channel, { sms }: Gateways) => ({ channel, reaches: n, lacks: of - n, isReady: channel !== 'sms' || sms !== null });
