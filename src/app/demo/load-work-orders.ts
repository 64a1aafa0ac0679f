import { listDevices } from '#modules/devices/devices.service.ts';
import type { WorkOrderDetail } from '#modules/workorders/contract.ts';
import * as lines from '#modules/workorders/lines.service.ts';
import * as moves from '#modules/workorders/moves.service.ts';
import { raiseWorkOrder } from '#modules/workorders/orders.service.ts';
import { addPlan } from '#modules/workorders/plans.service.ts';
import { endRetest, startRetest } from '#modules/workorders/retest.service.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';
import { PLANS, WORK, type WorkPlan, type WorkStep } from './work-orders.ts';

const HOUR_MS = 3_600_000;
const RETESTER = 'p03';

/** Orders work as the systems engineer would, and has each so far as its story goes. */
export async function loadWorkOrders(plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const engineer = people.get(plan.people.find(({ grants }) => grants.some(({ role }) => role === 'systems-engineer'))?.key ?? '');
  const retester = people.get(RETESTER);
  if (!engineer || !retester) throw new RangeError('The demonstration has nobody to keep its devices.');
  for (const order of WORK) await playOrder(plan.now, order, { engineer, retester }, once);
  for (const { startsInDays, points, ...more } of PLANS)
    await once.do(`work plan ${more.title}`, engineer, plan.now, (ctx) => addPlan(ctx, { ...more, detail: '', siteId: null, deviceId: null, aheadDays: 92, points: [...points], startsOn: new Date(Date.parse(plan.now) + startsInDays * 24 * HOUR_MS).toISOString().slice(0, 10) }));
}

async function playOrder(now: string, { key, kind, nth, title, faultCode, priority, steps }: WorkPlan, who: { engineer: Ctx; retester: Ctx }, once: Once): Promise<void> {
  const { items } = await listDevices(who.engineer, { state: 'active', kind, sort: 'code', limit: 50 });
  const device = items[nth];
  if (!device) throw new RangeError(`The demonstration has no ${kind} for ${key}.`);
  let order: WorkOrderDetail | null = null;
  for (const [i, [hoursAgo, step]] of steps.entries()) {
    const at = new Date(Date.parse(now) - hoursAgo * HOUR_MS + i * 60_000).toISOString();
    const by = step.do === 'pass' ? who.retester : who.engineer;
    order = await once.do<WorkOrderDetail>(`work ${key} ${i}`, by, at, (ctx) =>
      step.do === 'raise' ? raiseWorkOrder(ctx, { origin: 'fault', title, detail: '', deviceIds: [device.id], faultCode, priority, siteId: device.siteId }) : play(ctx, order, step, at));
    if (order === null) return;
  }
}

function play(ctx: Ctx, order: WorkOrderDetail | null, step: WorkStep, at: string): Promise<WorkOrderDetail> {
  const id = order?.id ?? '';
  const rowId = order?.visits[0]?.id ?? '';
  switch (step.do) {
    case 'assign': return moves.assignWorkOrder(ctx, { id, ownerId: null, firm: step.firm, firmContact: step.firmContact });
    case 'visit': return lines.planVisit(ctx, { id, who: step.who, from: new Date(Date.parse(at) + (step.hours - 5) * HOUR_MS).toISOString(), until: new Date(Date.parse(at) + step.hours * HOUR_MS).toISOString() });
    case 'arrive': return lines.arriveVisit(ctx, { id, rowId });
    case 'leave': return lines.leaveVisit(ctx, { id, rowId });
    case 'start': return moves.startWork(ctx, { id });
    case 'pause': return moves.pauseWork(ctx, { id, reason: step.reason });
    case 'part': return lines.addPart(ctx, { id, name: step.name, partNumber: '', quantity: step.quantity, unitMinor: step.unitMinor, currency: 'EUR' });
    case 'fix': return moves.fixWork(ctx, { id, cause: step.cause, done: step.done, labourMinutes: step.labourMinutes });
    case 'retest': return startRetest(ctx, { id, checks: [], withinMinutes: 30 });
    case 'pass': return endRetest(ctx, { id, isPassed: true, reason: step.reason });
    case 'close': return moves.closeWorkOrder(ctx, { id, exemption: '' });
  }
}
