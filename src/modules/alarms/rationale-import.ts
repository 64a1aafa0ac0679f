import { sql } from 'kysely';
import { readerOf, refusedRow } from '#platform/imports/cells.ts';
import type { Given, ImportKind, Outcome } from '#platform/imports/port.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { typeOf } from '#modules/signals/public.ts';
import { alarms } from './alarm-row.ts';
import { REGISTER_COLUMNS, writeRationale } from './rationale.service.ts';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Writes each row as the draft of its type; what stands there alike, approved or as a draft, is left. */
async function takeRationales(ctx: Ctx, rows: readonly Given[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const row of rows) outcomes.push(await takeOne(ctx, row));
  return outcomes;
}

async function takeOne(ctx: Ctx, row: Given): Promise<Outcome> {
  const cells = readerOf(row);
  const type = cells.needed('type', 80);
  const words = { cause: cells.needed('cause', 1000), consequence: cells.needed('consequence', 1000), response: cells.needed('response', 1000) };
  const [withinMin, severity, reviewOn] = [cells.whole('within_min', 1, 100_000), cells.whole('severity', 1, 4), cells.needed('review_on', 10)];
  if (withinMin === undefined && row.cells['within_min'] === undefined) cells.refuse('within_min', 'This must be there');
  if (severity === undefined && row.cells['severity'] === undefined) cells.refuse('severity', 'This must be there');
  if (reviewOn !== '' && !DAY.test(reviewOn)) cells.refuse('review_on', 'A day, like 2027-06-01');
  if (type !== '' && typeOf(type)?.raisesAlarm !== true) cells.refuse('type', 'No alarm of this type rings');
  if (cells.faults.length > 0 || withinMin === undefined || severity === undefined) return refusedRow(type, cells.faults);
  const same = await alarms.read(ctx).selectFrom('alarms.rationale').select('id').where('type', '=', type).where('state', '<>', 'replaced')
    .where('cause', '=', words.cause).where('consequence', '=', words.consequence).where('response', '=', words.response).where('withinMin', '=', withinMin).where('severity', '=', severity).where(sql<boolean>`review_on = ${reviewOn}::date`).executeTakeFirst();
  if (same) return { does: 'unchanged', id: same.id, label: type };
  const { id, version } = await writeRationale(ctx, { type, ...words, withinMin, severity, reviewOn });
  return { does: version === 1 ? 'created' : 'changed', id, label: type };
}

/** The register as it goes out as CSV. */
export const rationaleKind: ImportKind = {
  key: 'alarms.rationale', title: 'Register of alarms', permission: 'alarms:rationalise', mostRows: 2000, atOnce: 50, take: takeRationales,
  columns: REGISTER_COLUMNS.map((key) => ({
    key, isRequired: true as const,
    ...({
      type: { title: 'Type', help: 'Of the taxonomy, like access.held' }, cause: { title: 'Cause', help: 'Why it rings' }, consequence: { title: 'Consequence', help: 'What happens if nobody acts' }, response: { title: 'Response', help: 'What the operator does' },
      within_min: { title: 'Within (min)', help: 'Within so many minutes acting still prevents the consequence' }, severity: { title: 'Severity', help: '1 the worst to 4' }, review_on: { title: 'Review on', help: 'A day, like 2027-06-01' },
    } satisfies Record<(typeof REGISTER_COLUMNS)[number], { title: string; help: string }>)[key],
  })),
};
