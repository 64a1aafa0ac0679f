import { sql } from 'kysely';
import { organisationOf } from '#modules/identity/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import type { JsonValue } from '#platform/report/text.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import type * as contract from './contract.ts';
import type { Retest, WorkOrderDetail } from './contract.ts';
import { faultTitle } from './fault-codes.ts';
import { orders } from './order-row.ts';
import { readWorkOrder } from './orders.service.ts';

const READ = 'workorders:read';
const TEMPLATE = 'modules/workorders/report/work-order.typ';
const WORDS = {
  facts: 'The work', detail: 'What was reported', devices: 'Devices', deviceHeads: ['Device', 'Code', 'Make and model', 'Serial number'], visits: 'Visits', visitHeads: ['Who', 'Planned', 'Arrived', 'Left'],
  parts: 'Parts', partHeads: ['Part', 'Number', 'Pieces', 'Each', 'Together'], fix: 'What was done', retests: 'Retests', retestHeads: ['Began', 'Result', 'What was heard, or why'], sign: ['Technician: name and signature', 'For the site: name and signature', 'Date and time'],
};
const STATES: Record<WorkOrderDetail['state'], string> = { raised: 'Raised', assigned: 'Assigned', working: 'In work', waiting: 'Waiting', fixed: 'Fixed, not tested yet', retesting: 'In retest', tested: 'Tested', closed: 'Closed', cancelled: 'Cancelled' };
const PRIORITIES = ['', '1, urgent', '2, high', '3, normal', '4, low'];

/** A moment on the clocks of the site, with the zone's letters or offset. */
const clockOf = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  return (at: string | null): string => (at === null ? '' : format.format(new Date(at)));
};

function moneyWords(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'code' });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)).replaceAll(' ', ' ');
}

const heardWords = ({ checks, reason, byHand }: Retest, nameOf: (id: string) => string): string => [
  ...checks.map(({ deviceId, heardAt, type }) => `${nameOf(deviceId)}: ${heardAt === null ? 'not heard' : `${type ?? ''} heard`}`), ...(byHand === null ? [] : [`${byHand}: ${reason}`]),
].join('\n');

type DeviceFacts = { name: string; code: string; model: string; serial: string };
type Around = { devices: readonly DeviceFacts[]; by: string; at: string; organisation: { name: string; isDemo: boolean }; head: Parameters<typeof headOnPaper>[0] };

/** What `work-order.typ` shows, all in words. */
export function workOrderReport(order: WorkOrderDetail, around: Around): { title: string; data: JsonValue } {
  const zone = order.timeZone ?? 'UTC';
  const at = clockOf(zone);
  const nameOf = (id: string): string => order.devices.find((one) => one.id === id)?.name ?? 'A device';
  const facts = [
    ['Number', order.number], ['State', order.state === 'waiting' ? `Waiting: ${order.waitingWhy}` : STATES[order.state]], ['Priority', PRIORITIES[order.priority] ?? ''], ['Site', order.site ?? 'The organisation as a whole'], ['Fault', `${faultTitle(order.faultCode)} (${order.faultCode})`],
    ['Fault since', at(order.failedAt)], ['Raised', `${at(order.raisedAt)}, ${order.raisedBy}`], ['Due', at(order.dueAt)], ['With', [order.owner?.name, [order.firm, order.firmContact].filter(Boolean).join(', ')].filter(Boolean).join('; ') || 'Nobody yet'], ['Closed without a retest', order.exemption], ['Cancelled', order.cancelReason],
  ];
  const fix = order.fixedAt === null ? [] : [['Fixed', `${at(order.fixedAt)}, ${order.fixedBy?.name ?? ''}`], ['Cause', order.cause], ['Done', order.done], ['Labour', `${order.labourMinutes ?? 0} min`]];
  const data = {
    words: WORDS, title: order.title, lead: `${order.site ?? 'The organisation'}: ${faultTitle(order.faultCode).toLowerCase()}. Due ${at(order.dueAt)}. Times are the site’s, ${zone}.`, detail: order.detail,
    frame: {
      organisation: around.organisation.name.slice(0, 60), department: 'Corporate security', number: order.number, kind: 'Work order', demo: around.organisation.isDemo ? 'Demonstration: invented people, places and events' : null, walled: null,
      printed: `Printed ${at(around.at)} by ${around.by.slice(0, 60)}`, record: headOnPaper(around.head), of: 'of',
    },
    facts: pairs(facts), fix: pairs(fix), devices: around.devices.map(({ name, code, model, serial }) => [name, code, model, serial]),
    visits: order.visits.filter(({ struckWhy }) => struckWhy === '').map((one) => [one.who, `${at(one.plannedFrom)} to ${at(one.plannedUntil)}`, at(one.arrivedAt), at(one.leftAt)]),
    parts: order.parts.filter(({ struckWhy }) => struckWhy === '').map((one) => [one.name, one.partNumber, String(one.quantity), moneyWords(one.unitMinor, one.currency), moneyWords(one.unitMinor * one.quantity, one.currency)]),
    costs: order.costs.length === 0 ? '' : `Parts together: ${order.costs.map(({ minor, currency }) => moneyWords(minor, currency)).join(' and ')}.`,
    retests: order.retests.map((one) => [at(one.startedAt), one.state, heardWords(one, nameOf)]),
  };
  return { title: `${order.number} ${order.title}`, data };
}

const pairs = (rows: readonly (readonly (string | undefined)[])[]): JsonValue => rows.filter(([, value]) => value !== '').map(([label = '', value = '']) => ({ label, value }));

/** Prints a work order for who does the work. That it was printed is recorded before the paper leaves. */
export async function printWorkOrder(ctx: Ctx, { id, paper }: Input<typeof contract.printWorkOrder>, { reply }: Exchange): Promise<void> {
  const order = await readWorkOrder(ctx, { id });
  const [heads, people, devices] = await orders.readAll(ctx, READ, (db) => [
    db.selectFrom('ledger.head').select(['size', 'root', 'at']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId),
    db.selectFrom(sql<DeviceFacts>`(select name, code, concat_ws(' ', nullif(make, ''), nullif(model, '')) as model, serial from devices.v_device_plate where id = any (${order.devices.map((one) => one.id)}::uuid[]))`.as<'d'>(sql`d`)).selectAll().orderBy('name'),
  ] as const);
  const [head] = heads;
  const { title, data } = workOrderReport(order, { devices, by: people[0]?.name ?? '', at: ctx.now().toISOString(), organisation: await organisationOf(ctx), head: head ? { size: head.size, root: head.root.toString('hex'), at: head.at } : null });
  const pdf = await renderReport(TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await orders.writeMany(ctx, READ, async () => ({ changes: [{ verb: 'printed', before: null, after: { id, paper }, of: { recordId: id, siteId: order.siteId, wallId: null, readPermission: READ } }], result: null }));
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${order.number}.pdf"`).send(pdf);
}
