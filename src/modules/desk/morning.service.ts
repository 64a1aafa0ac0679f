import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Morning, SitePosture } from './contract.ts';

const READ = 'desk:read';
const DAY_MS = 86_400_000;
const MOST_DAYS = 90;
const MOST_SITES = 12;
const desk = store<Record<never, never>>('desk');

type Row<K extends 'changed' | 'unknown'> = Morning[K];

/** The morning view: one round trip over the views that owners publish, under the reader's own sight. */
export async function readMorning(ctx: Ctx, { since }: Input<typeof contract.readMorning>): Promise<Reply<typeof contract.readMorning>> {
  const now = ctx.now();
  const asked = since === undefined ? now.getTime() - DAY_MS : Date.parse(since);
  const from = new Date(Math.min(now.getTime(), Math.max(asked, now.getTime() - MOST_DAYS * DAY_MS))).toISOString();
  const at = now.toISOString();
  const [[changed], incidents, [unknown], posture, places, [open], latest] = await desk.readAll(ctx, READ, (db) => [
    db.selectFrom(sql<Row<'changed'>>`(select
      (select count(*)::int from alarms.v_alarm_fact where raised_at >= ${from}::timestamptz) as alarms, (select count(*)::int from alarms.v_alarm_fact where closed_at >= ${from}::timestamptz) as alarms_closed,
      (select count(*)::int from incidents.v_incident_fact where known_at >= ${from}::timestamptz) as incidents, (select count(*)::int from incidents.v_incident_fact where closed_at >= ${from}::timestamptz) as incidents_closed,
      (select count(*)::int from workorders.v_order_fact where fixed_at >= ${from}::timestamptz) as repairs)`.as<'c'>(sql`c`)).selectAll(),
    db.selectFrom(sql<Morning['incidents'][number]>`(select id, number, title, severity, state, site_id, known_at from incidents.v_incident_fact where known_at >= ${from}::timestamptz order by severity desc, known_at desc limit 5)`.as<'i'>(sql`i`)).selectAll(),
    db.selectFrom(sql<Row<'unknown'>>`(select count(*)::int as devices, (count(*) filter (where d.reach = 'down'))::int as devices_down, (count(*) filter (where d.reach = 'unknown'))::int as devices_unheard,
      (select count(*)::int from alarms.v_alarm_fact where handling = 'unacknowledged' and answer_by < ${at}::timestamptz) as late_alarms,
      (select count(*)::int from incidents.v_incident_fact where state = 'open' and type_key is null) as unclassified from devices.v_device d where d.state = 'active')`.as<'u'>(sql`u`)).selectAll(),
    db.selectFrom(POSTURE(at)).selectAll(),
    db.selectFrom(sql<Morning['places'][number]>`(select d.id as device_id, coalesce(d.name, concat_ws(' ', nullif(f.source_name, ''), nullif(f.point, ''))) as name, f.site_id, s.name as site, f.count_false, f.count from (
        select source_id, source_name, point, site_id, (count(*) filter (where disposition in ('nuisance', 'false-equipment', 'false-unknown')))::int as count_false, count(*)::int as count
        from alarms.v_alarm_fact where closed_at >= ${at}::timestamptz - interval '28 days' group by 1, 2, 3, 4) f
      left join lateral (select d.id, d.name from devices.v_point p join devices.v_device d on d.id = p.device_id where p.source_id = f.source_id and p.point = f.point and p.until is null limit 1) d on true left join sites.v_site s on s.id = f.site_id
      where f.count_false > 0 order by f.count_false desc, f.count desc limit 5)`.as<'p'>(sql`p`)).selectAll(),
    db.selectFrom(sql<{ open: number; late: number }>`(select count(*)::int as open, (count(*) filter (where t.due_at < ${at}::timestamptz))::int as late from tasks.v_task_fact t join incidents.v_incident_fact i on i.id = t.record_id where t.state = 'open')`.as<'a'>(sql`a`)).selectAll(),
    db.selectFrom(sql<Morning['actions']['latest'][number]>`(select t.id, t.title, t.due_at, i.id as incident_id, i.number from tasks.v_task_fact t join incidents.v_incident_fact i on i.id = t.record_id where t.state = 'open' and t.due_at < ${at}::timestamptz order by t.due_at limit 5)`.as<'t'>(sql`t`)).selectAll(),
  ]);
  const sites = posture.map(({ sites: _sites, ...site }) => site);
  return {
    since: from, cutOffAt: at, changed: changed ?? { alarms: 0, alarmsClosed: 0, incidents: 0, incidentsClosed: 0, repairs: 0 }, incidents,
    unknown: unknown ?? { devices: 0, devicesDown: 0, devicesUnheard: 0, lateAlarms: 0, unclassified: 0 },
    posture: sites.filter(isOpen), sites: posture[0]?.sites ?? 0, places, actions: { open: open?.open ?? 0, late: open?.late ?? 0, latest },
  };
}

const isOpen = ({ alarms, incidents, devicesDown, lateActions, lateOrders }: SitePosture): boolean => alarms + incidents + devicesDown + lateActions + lateOrders > 0;

/** How each site stands: what is open at it, counted once for each kind of record and joined. */
const POSTURE = (at: string) => sql<SitePosture & { sites: number }>`(
  select s.id as site_id, s.name, coalesce(a.urgent, 0) as urgent_alarms, coalesce(a.n, 0) as alarms, coalesce(a.late, 0) as late_alarms, coalesce(i.n, 0) as incidents, i.worst, coalesce(d.n, 0) as devices_down, coalesce(t.n, 0) as late_actions, coalesce(w.n, 0) as late_orders, (count(*) over ())::int as sites
  from sites.v_site s
  left join (select site_id, count(*)::int as n, (count(*) filter (where priority <= 2))::int as urgent, (count(*) filter (where handling = 'unacknowledged' and answer_by < ${at}::timestamptz))::int as late from alarms.v_alarm_fact where handling <> 'closed' group by 1) a on a.site_id = s.id
  left join (select site_id, count(*)::int as n, max(severity)::int as worst from incidents.v_incident_fact where state = 'open' group by 1) i on i.site_id = s.id
  left join (select site_id, count(*)::int as n from devices.v_device where state = 'active' and reach = 'down' group by 1) d on d.site_id = s.id
  left join (select f.site_id, count(*)::int as n from tasks.v_task_fact t join incidents.v_incident_fact f on f.id = t.record_id where t.state = 'open' and t.due_at < ${at}::timestamptz group by 1) t on t.site_id = s.id
  left join (select site_id, count(*)::int as n from workorders.v_order_fact where fixed_at is null and due_at < ${at}::timestamptz group by 1) w on w.site_id = s.id
  where s.state = 'active' order by coalesce(i.worst, 0) desc, coalesce(a.urgent, 0) desc, coalesce(a.n, 0) + coalesce(i.n, 0) + coalesce(d.n, 0) + coalesce(t.n, 0) + coalesce(w.n, 0) desc, s.name limit ${MOST_SITES})`.as<'p'>(sql`p`);
