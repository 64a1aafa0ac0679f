import { readPack, beginPack, freezePack, issuePack, recordAction, recordDecision } from '#modules/desk/packs/packs.service.ts';
import { freezePeriod } from '#modules/metrics/freeze.service.ts';
import { listCutoffs } from '#modules/metrics/frozen.service.ts';
import { periodOf } from '#modules/metrics/periods.ts';
import type { Pack } from '#modules/desk/pack-contract.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { approveDecision } from '#platform/two-person/decide.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const [WRITER, APPROVER] = ['p02', 'p01'] as const;
const MONTHS = 4;

/** Months and the quarter of the year are frozen, and a pack of the last one is written by the deputy, approved by the chief, and spoken of. */
export async function loadPacks(db: Database, plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const now = new Date(plan.now);
  const steward = await actAs(db, SERVICE.steward, () => now);
  for (let back = MONTHS; back >= 1; back -= 1) await freezePeriod(steward, 'month', periodOf('month', now, back));
  await freezePeriod(steward, 'quarter', periodOf('quarter', now, 1));
  const [writer, approver] = [people.get(WRITER), people.get(APPROVER)];
  if (!writer || !approver) return;
  const { items } = await listCutoffs(writer);
  const cutoff = items.find(({ kind }) => kind === 'month');
  if (!cutoff) return;
  const pack = await once.do<Pack>('pack', writer, plan.now, (ctx) => beginPack(ctx, {
    title: 'Security to the board, last month', kind: 'board', siteId: null, cutoffId: cutoff.id,
    sections: [
      { kind: 'text', title: 'In short', text: 'The control room answers faster than in the month before. False alarms come from few places, and those are being mended.' },
      { kind: 'figures', title: 'How we did', keys: ['alarms.claim-median', 'alarms.answer-fast', 'alarms.true-share', 'incidents.number', 'incidents.actions-on-time', 'systems.restore-time'] },
      { kind: 'incidents', title: 'Incidents of note', least: 4 }, { kind: 'actions', title: 'What is overdue' },
    ],
  }));
  if (!pack) return;
  const { id } = pack;
  await once.do('pack frozen', writer, plan.now, (ctx) => freezePack(ctx, { id }));
  const proposed = await once.do('pack proposed', writer, plan.now, (ctx) => issuePack(ctx, { id }));
  if (proposed?.state === 'waiting') await once.do('pack approved', approver, plan.now, (ctx) => approveDecision(ctx, { id: proposed.decisionId, note: '' }));
  if ((await readPack(approver, { id })).state !== 'issued') return;
  await once.do('pack decision', approver, plan.now, (ctx) => recordDecision(ctx, { id, text: 'The three places that ring falsely most are mended before the quarter ends.' }));
  await once.do('pack action', approver, plan.now, (ctx) => recordAction(ctx, { id, title: 'Report on the mended places', ownerId: writer.personId, dueAt: new Date(now.getTime() + 14 * 86_400_000).toISOString() }));
  await once.do('pack draft', writer, plan.now, (ctx) => beginPack(ctx, { title: 'Briefing for the executive team', kind: 'briefing', siteId: null, cutoffId: cutoff.id, sections: [] }));
}
