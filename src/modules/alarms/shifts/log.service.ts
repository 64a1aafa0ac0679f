import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms, mayAt, type Tx } from '../alarm-row.ts';
import type * as contract from '../shift-contract.ts';
import type { LogLine } from '../shift-contract.ts';
import { type Db, holdShift, KEEP, ofShift, openShiftOf, read, shiftById } from './shift-row.ts';

type Line = {
  id: string; at: string; kind: LogLine['kind']; byId: string | null; by: string | null; words: string | null; verb: string | null;
  aboutId: string | null; aboutKind: string | null; aboutNumber: string | null; aboutTitle: string | null; struckAt: string | null; struckByName: string | null; struckWhy: string | null;
};

const lineOf = ({ byId, by, aboutId, aboutKind, aboutNumber, aboutTitle, struckAt, struckByName, struckWhy, ...line }: Line): LogLine => ({
  ...line, byId, by: by ?? '', about: aboutId === null || aboutKind === null ? null : { id: aboutId, kind: aboutKind, number: aboutNumber, title: aboutTitle ?? '' },
  struck: struckAt === null ? null : { at: struckAt, by: struckByName ?? '', why: struckWhy ?? '' },
});

const written = (shiftId: string) => sql`select e.id, e.at, 'written' as kind, e.by_id, e.words, null::text as verb, e.about_id, e.struck_at, e.struck_by, e.struck_why from alarms.shift_entry e where e.shift_id = ${shiftId}::uuid`;

/** What was written, what the person of the shift did to alarms (as far as the reader sees them), and what nobody took in time where they watched: one list, none of it stored twice. */
const linesOf = (db: Db, shiftId: string) =>
  db.selectFrom(sql<Line>`(
    select l.id, l.at, l.kind, l.by_id, p.name as by, l.words, l.verb, r.id as about_id, r.kind as about_kind, r.number as about_number, r.title as about_title, l.struck_at, k.name as struck_by_name, l.struck_why
    from (${written(shiftId)}
      union all select t.id, t.at, 'done', s.person_id, null, t.verb, a.id, null, null, null from alarms.shift s cross join alarms.shift_steps(s.id) t join alarms.alarm a on a.id = t.record_id where s.id = ${shiftId}::uuid
      union all select a.id, a.escalated_at, 'escalated', null, null, 'alarms.escalated', a.id, null, null, null from alarms.shift s join alarms.alarm a on a.escalated_at >= s.began_at and a.escalated_at <= coalesce(s.ended_at, now())
        where s.id = ${shiftId}::uuid and alarms.covers(s.site_id, a.site_id)
    ) l left join access.person p on p.id = l.by_id left join access.person k on k.id = l.struck_by left join platform.record r on r.id = l.about_id)`.as('x')).selectAll();

export async function readLog(ctx: Ctx, { id, after, limit }: Input<typeof contract.readLog>): Promise<Reply<typeof contract.readLog>> {
  await shiftById(read(ctx), id);
  const place = after === undefined ? null : readCursor(after);
  let query = linesOf(read(ctx), id).orderBy('at', 'desc').orderBy('id', 'desc').limit(limit);
  if (place) query = query.where(sql<boolean>`(at, id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()).map(lineOf);
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.at, last.id) : null };
}

async function entryOf(tx: Tx, shiftId: string, id: string): Promise<LogLine> {
  const row = await linesOf(tx, shiftId).where('id', '=', id).where('kind', '=', 'written').executeTakeFirst();
  if (!row) throw notFound();
  return lineOf(row);
}

export const writeEntry = (ctx: Ctx, { words, aboutId }: Input<typeof contract.writeEntry>): Promise<LogLine> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const open = await openShiftOf(tx, ctx.personId);
    if (!open) throw new Problem('conflict', 'alarms.not_on_duty', 'You are not on duty, so there is no log to write into. Go on duty first.');
    const shift = await holdShift(tx, open.id, KEEP);
    if (aboutId !== null && !(await tx.selectFrom('platform.record').select('id').where('id', '=', aboutId).executeTakeFirst())) throw new Problem('refused', 'alarms.not_there', 'What the entry is about is not there, or not for you to see.', { errors: [{ pointer: '/aboutId', detail: 'Name an alarm or an incident that you see.' }] });
    const row = { id: uuidv7(), shiftId: shift.id, at: ctx.now().toISOString(), byId: ctx.personId, words, aboutId };
    await tx.insertInto('alarms.shiftEntry').values(row).execute();
    return { changes: [ofShift('log-written', shift, row)], result: await entryOf(tx, shift.id, row.id) };
  });

export const strikeEntry = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeEntry>): Promise<LogLine> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const shift = await holdShift(tx, id, KEEP);
    const entry = await tx.selectFrom('alarms.shiftEntry').selectAll().where('shiftId', '=', id).where('id', '=', rowId).forUpdate().executeTakeFirst();
    if (!entry) throw notFound();
    const [may] = (await tx.selectNoFrom([mayAt(shift, 'alarms:supervise').as('supervise')]).execute()) as { supervise: boolean }[];
    if (entry.byId !== ctx.personId && !may?.supervise) throw notAllowed('alarms:supervise');
    if (entry.struckAt !== null) throw new Problem('conflict', 'alarms.struck_already', 'This entry was struck already.');
    await tx.updateTable('alarms.shiftEntry').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckWhy: reason }).where('id', '=', rowId).execute();
    return { changes: [ofShift('log-struck', shift, { id: rowId, why: reason }, { id: rowId })], result: await entryOf(tx, id, rowId) };
  });
