import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { planVersionOf } from '#modules/sites/public.ts';
import { weakestPathInThread } from '#platform/compute/study.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { checkMay, changedMeanwhile, type Db, placedOf, refuse, risk, seenAsset, assetOf } from './asset-row.ts';
import type * as contract from './contract.ts';
import type { Kept, Question, Scenario } from './contract.ts';
import { liveOf, noSuchAsset, openFloor, type Opened } from './floors.service.ts';
import { samplesOf } from './live.service.ts';
import { facilityOf, namesOf, responseOf } from './path-rules.ts';
import type { Json } from './tables.gen.ts';

const PATH = 'risk:path';
/** Named with every kept answer; raised whenever the engine may answer otherwise. */
export const ENGINE = 'interruption 1';
const MOST_KEPT = 200;
const json = (value: unknown) => sql<Json>`${JSON.stringify(value)}::jsonb`;

const rows = (db: Db) =>
  db.selectFrom('risk.scenario as s').innerJoin('access.person as m', 'm.id', 's.madeBy').select([
    's.id', 's.assetId', 's.siteId', 's.name', 's.question', 's.answer', 's.planVersion', 's.figuresVersion', 's.madeAt', 'm.name as madeBy', 's.struckWhy', 's.version',
    sql<boolean>`coalesce((select p.version from risk.protection p where p.floor_id = s.site_id), 0) <> s.figures_version`.as('isOther'),
  ]);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];
const scenarioOf = ({ siteId: _s, planVersion, figuresVersion: _f, isOther, question, answer, ...row }: Row, planNow: number): Scenario => ({ ...row, isStale: isOther || planVersion !== planNow, question: question as unknown as Question, answer: answer as unknown as Kept });

const changeOf = (verb: string, before: Row | null, after: Row): Change<{ id: string }> => {
  const bare = ({ isOther: _i, madeBy: _m, ...row }: Row) => row;
  return { verb, before: before && bare(before), after: bare(after), of: { recordId: after.assetId, siteId: after.siteId, wallId: null, readPermission: PATH }, erasable: ['name', 'struckWhy'] };
};

export async function listScenarios(ctx: Ctx, { assetId }: Input<typeof contract.listScenarios>): Promise<Reply<typeof contract.listScenarios>> {
  const found = await rows(risk.read(ctx, PATH)).where('s.assetId', '=', assetId).where('s.struckWhy', '=', '').orderBy('s.madeAt', 'desc').orderBy('s.id', 'desc').limit(MOST_KEPT).execute();
  const planNow = found[0] ? await planVersionOf(ctx, found[0].siteId) : 0;
  return { items: found.map((row) => scenarioOf(row, planNow)) };
}

type Worked = { answer: Kept; opened: Opened };

/** Works a question out from what is saved, in a thread of its own. */
async function workOut(ctx: Ctx, floorId: string, assetId: string, question: Question): Promise<Worked> {
  const opened = await openFloor(ctx, floorId);
  const { plan, figures, assets } = opened;
  const asset = assets.find(({ id }) => id === assetId);
  const placed = asset ? placedOf(asset) : null;
  if (!placed) throw noSuchAsset();
  const measured = responseOf(figures.response, await samplesOf(ctx, floorId));
  const response = question.response ?? measured.response;
  const facility = facilityOf({ floor: plan.drawing, protection: figures, asset: placed, threat: question, states: question.isLive ? (await liveOf(ctx, floorId)).states : [], changes: question.changes, measures: question.measures });
  const found = await weakestPathInThread({ facility, target: assetId, strategy: question.strategy, response });
  if (!found.ok) throw refuse('no_answer', found.reason, '/question');
  const names = namesOf(plan.drawing, figures, placed);
  const bought = figures.measures.filter(({ id }) => question.measures.includes(id));
  const { path } = found;
  const nameOf = (id: string | undefined): string => (id === undefined ? '' : (names.get(id) ?? ''));
  return {
    opened,
    answer: {
      interruption: path.easi, timely: path.timely, detection: path.detection, delayS: path.delayS, critical: path.critical === null ? null : nameOf(path.steps[path.critical]?.element?.id), response: { ...response, isMeasured: question.response === null && measured.isMeasured }, engine: ENGINE,
      steps: path.steps.map((step, i) => ({ name: nameOf(step.element?.id), detection: step.detection, delayS: step.delayS, remainingS: step.remainingS, inTime: step.inTime, isLate: path.critical === null || i > path.critical })),
      costs: [...Map.groupBy(bought, ({ currency }) => currency)].map(([currency, all]) => ({ currency, minor: all.reduce((sum, { costMinor }) => sum + costMinor, 0) })),
      changed: [...question.changes.map(({ id }) => nameOf(id)), ...bought.map(({ name }) => name)],
    },
  };
}

export async function keepScenario(ctx: Ctx, { assetId, name, question }: Input<typeof contract.keepScenario>): Promise<Scenario> {
  const row = await seenAsset(risk.read(ctx, PATH), assetId);
  if (!row || row.siteId === null || assetOf(row).place === null) throw noSuchAsset();
  const { siteId } = row;
  const { answer, opened } = await workOut(ctx, siteId, assetId, question);
  return risk.writeMany(ctx, PATH, async (tx) => {
    const id = uuidv7();
    await tx.insertInto('risk.scenario').values({ id, assetId, siteId, name, question: json(question), answer: json(answer), planVersion: opened.plan.version, figuresVersion: opened.version, madeAt: ctx.now().toISOString(), madeBy: ctx.personId }).execute();
    const after = await rows(tx).where('s.id', '=', id).executeTakeFirst();
    if (!after) throw notFound();
    return { changes: [changeOf('scenario-kept', null, after)], result: scenarioOf(after, opened.plan.version) };
  });
}

export async function strikeScenario(ctx: Ctx, { id, reason }: Input<typeof contract.strikeScenario>): Promise<Scenario> {
  return risk.writeMany(ctx, PATH, async (tx) => {
    const before = await rows(tx).where('s.id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    await checkMay(tx, before.siteId, PATH);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile('this scenario');
    const { numUpdatedRows } = await tx.updateTable('risk.scenario').set({ struckWhy: reason, version: before.version + 1 }).where('id', '=', id).where('struckWhy', '=', '').executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Problem('conflict', 'risk.already', 'It is struck already. Look again.', { state: 'struck' });
    const after = await rows(tx).where('s.id', '=', id).executeTakeFirst();
    if (!after) throw notFound();
    return { changes: [changeOf('scenario-struck', before, after)], result: scenarioOf(after, await planVersionOf(ctx, after.siteId)) };
  });
}
