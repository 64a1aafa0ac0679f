import { sql } from 'kysely';
import { figuresForOthers } from '#modules/metrics/public.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Content, Filled, Section } from '../pack-contract.ts';
import { desk } from './pack-row.ts';

const MOST = 40;

type Of = { siteId: string | null; cutoffId: string; sections: readonly Section[] };
type Period = { startsAt: string; endsAt: string };
type Incident = Extract<Filled, { kind: 'incidents' }>['items'][number];
type Action = Extract<Filled, { kind: 'actions' }>['items'][number];

const noCutoff = (): Problem => new Problem('refused', 'desk.no_cutoff', 'There is no such cut-off.', { errors: [{ pointer: '/cutoffId', detail: 'Choose a month or a quarter that is frozen.' }] });

/** A place with all below it; all places where none is said. */
const at = (siteId: string | null) => sql`(${siteId}::uuid is null or f.site_id in (select o.id from access.site o join access.site t on o.path operator(public.<@) t.path where t.id = ${siteId}::uuid))`;

/** Incidents that became known in the period, from a severity on, the gravest first, under the author's sight: who approves the pack reads each of them. */
async function incidentsOf(ctx: Ctx, { siteId }: Of, { startsAt, endsAt }: Period, { title, least }: Extract<Section, { kind: 'incidents' }>): Promise<Filled> {
  const rows = await desk.read(ctx, 'desk:freeze').selectFrom(sql<Incident & { all: number }>`(select f.id, f.number, f.title, f.severity, f.state, s.name as site, f.known_at, (count(*) over ())::int as all
    from incidents.v_incident_fact f left join sites.v_site s on s.id = f.site_id where f.known_at >= ${startsAt}::timestamptz and f.known_at < ${endsAt}::timestamptz and f.severity >= ${least} and ${at(siteId)}
    order by f.severity desc, f.known_at, f.id limit ${MOST})`.as<'i'>(sql`i`)).selectAll().execute();
  return { kind: 'incidents', title, least, items: rows.map(({ all: _all, ...one }) => one), more: Math.max(0, (rows[0]?.all ?? 0) - rows.length) };
}

/** Corrective actions as they stand when the pack is frozen. */
async function actionsOf(ctx: Ctx, { siteId }: Of, { title }: Extract<Section, { kind: 'actions' }>): Promise<Filled> {
  const now = ctx.now().toISOString();
  const [[sums], items] = await desk.readAll(ctx, 'desk:freeze', (db) => [
    db.selectFrom(sql<{ open: number; late: number }>`(select count(*)::int as open, (count(*) filter (where t.due_at < ${now}::timestamptz))::int as late from tasks.v_task_fact t join incidents.v_incident_fact f on f.id = t.record_id where t.state = 'open' and ${at(siteId)})`.as<'s'>(sql`s`)).selectAll(),
    db.selectFrom(sql<Action>`(select t.id, t.title, f.number, f.id as incident_id, t.due_at from tasks.v_task_fact t join incidents.v_incident_fact f on f.id = t.record_id where t.state = 'open' and t.due_at < ${now}::timestamptz and ${at(siteId)} order by t.due_at, t.id limit ${MOST})`.as<'t'>(sql`t`)).selectAll(),
  ]);
  return { kind: 'actions', title, open: sums?.open ?? 0, late: sums?.late ?? 0, items };
}

/** Fills the sections in. Figures are those of the cut-off as they are told to who reads no records: a pack goes to people who may read none. */
export async function fill(ctx: Ctx, pack: Of): Promise<Content> {
  const keys = [...new Set(pack.sections.flatMap((one) => (one.kind === 'figures' ? one.keys : [])))];
  const read = await figuresForOthers(ctx, { cutoffId: pack.cutoffId, siteId: pack.siteId, keys });
  if (read === null) throw noCutoff();
  const { id, kind, startsAt, endsAt, frozenAt, digest } = read.cutoff;
  const sections: Filled[] = [];
  for (const section of pack.sections) {
    if (section.kind === 'text') sections.push(section);
    else if (section.kind === 'figures') sections.push({ kind: 'figures', title: section.title, figures: section.keys.flatMap((key) => read.figures.find(({ metric }) => metric.key === key) ?? []) });
    else sections.push(await (section.kind === 'incidents' ? incidentsOf(ctx, pack, { startsAt, endsAt }, section) : actionsOf(ctx, pack, section)));
  }
  return { cutoff: { id, kind, startsAt, endsAt, frozenAt, digest }, sections };
}

/** Throws 422 where there is no such cut-off, or a figure that is not in the catalogue. */
export async function checkSections(ctx: Ctx, { cutoffId, siteId, sections }: Of): Promise<void> {
  const keys = [...new Set(sections.flatMap((one) => (one.kind === 'figures' ? one.keys : [])))];
  const read = await figuresForOthers(ctx, { cutoffId, siteId, keys });
  if (read === null) throw noCutoff();
  const unknown = siteId === null ? keys.find((key) => !read.figures.some(({ metric }) => metric.key === key)) : undefined;
  if (unknown !== undefined) throw new Problem('refused', 'desk.no_figure', `There was no figure ${unknown} at this cut-off.`, { errors: [{ pointer: '/sections', detail: 'Choose figures of the catalogue.' }] });
}
