import { sql } from 'kysely';
import { devicesOf, lossesBetween } from '#modules/devices/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { sitesBelow } from '#platform/kernel/list.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './figures-contract.ts';
import { availability, backlogByAge, costPerDevice, firstTimeFix, type OrderFact, repeatFaults, timeToRepair } from './figures.ts';
import { orders } from './order-row.ts';
import { settingsIn } from './settings.service.ts';

const DAY_MS = 86_400_000;
const MOST_ORDERS = 20_000;
const MOST_SHOWN = 20;
type Row = Omit<OrderFact, 'failedAt' | 'raisedAt' | 'fixedAt'> & { failedAt: string; raisedAt: string; fixedAt: string | null };

/** The figures of maintenance over the orders and devices that the reader sees: a period, or the 90 days up to now. */
export async function readFigures(ctx: Ctx, { from, to, under }: Input<typeof contract.readFigures>): Promise<Reply<typeof contract.readFigures>> {
  const now = ctx.now().getTime();
  const until = Math.min(to === undefined ? now : Date.parse(to), now);
  const period = { from: Math.min(from === undefined ? until - 90 * DAY_MS : Date.parse(from), until), to: until };
  const { repeatDays } = await settingsIn(orders.read(ctx));
  const since = new Date(period.from - repeatDays * DAY_MS).toISOString();
  const rows = await orders.read(ctx).selectFrom(sql<Row>`(
    select w.id, w.state, w.fault_code, w.failed_at, w.raised_at, w.fixed_at, w.returns,
      array(select c.device_id from workorders.concern c where c.workorder_id = w.id) as device_ids,
      coalesce((select jsonb_agg(jsonb_build_object('currency', x.currency, 'minor', x.minor)) from (select p.currency, sum(p.quantity * p.unit_minor)::bigint as minor from workorders.part p where p.workorder_id = w.id and p.struck_why = '' group by p.currency) x), '[]') as costs
    from workorders.workorder w where not w.is_simulated and (w.raised_at >= ${since}::timestamptz or w.fixed_at >= ${since}::timestamptz or w.ended_at is null) and w.raised_at < ${new Date(period.to).toISOString()}::timestamptz ${under ? sql`and w.site_id in ${sitesBelow(under)}` : sql``}
    order by w.raised_at desc limit ${MOST_ORDERS + 1})`.as<'w'>(sql`w`)).selectAll().execute();
  const facts: OrderFact[] = rows.slice(0, MOST_ORDERS).map((row) => ({ ...row, failedAt: Date.parse(row.failedAt), raisedAt: Date.parse(row.raisedAt), fixedAt: row.fixedAt === null ? null : Date.parse(row.fixedAt) }));
  const [repeats, costs] = [repeatFaults(facts, { ...period, days: repeatDays }).slice(0, MOST_SHOWN), costPerDevice(facts, period).slice(0, MOST_SHOWN)];
  const names = await devicesOf(ctx, [...repeats, ...costs].map(({ deviceId }) => deviceId));
  const nameOf = (id: string): string | null => names.get(id)?.name ?? null;
  return {
    definition: '1', from: new Date(period.from).toISOString(), cutOffAt: new Date(period.to).toISOString(), isWhole: rows.length <= MOST_ORDERS, repeatDays,
    repair: timeToRepair(facts, period), firstTime: firstTimeFix(facts, period), availability: availability(await lossesBetween(ctx, { ...period, under }), period), backlog: backlogByAge(facts, now),
    repeats: repeats.map((one) => ({ ...one, device: nameOf(one.deviceId) })), costs: costs.map((one) => ({ ...one, device: nameOf(one.deviceId) })),
  };
}
