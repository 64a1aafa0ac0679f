import { assignResource, checkInResource, orderResource, recordArrival, requestResource, sendResource, stageResource } from '#modules/incidents/resources/moves.service.ts';
import { writeSituationReport } from '#modules/incidents/resources/reports.service.ts';
import { addCost } from '#modules/incidents/costs/costs.service.ts';
import { setRate } from '#modules/incidents/costs/rates.service.ts';
import { listResources } from '#modules/incidents/resources/board.service.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Told } from './load-command.ts';

const blank = { identifier: '', agency: '', leader: '', contact: '', qualifications: '', orderNumber: '', notes: '', persons: 1 };
const GUARDS = 'Guards at the doors of hall B';
const COOLER = 'Mobile cooler, 60 kW';
const ENGINEERS = 'Cooling engineers';

/** The command's resources: one in each state that a hall without its cooler would have, and a situation report whose need waits. */
export async function loadResources({ id, at, step }: Told, deputy: Ctx): Promise<void> {
  await step('guards came', -1.55, (ctx) => recordArrival(ctx, { ...blank, id, kind: 'team', name: GUARDS, identifier: 'G-2', leader: 'Shift leader Ó Faoláin', persons: 4, place: 'Hall B, door 1', departedFrom: 'Gatehouse' }));
  await step('first aider came', -1.5, (ctx) => recordArrival(ctx, { ...blank, id, kind: 'person', name: 'First aider of the day shift', qualifications: 'First aid at work', place: 'Hall B, door 1' }));
  await step('engineers asked', -1.5, (ctx) => requestResource(ctx, { ...blank, id, kind: 'team', name: ENGINEERS, agency: 'Integrator of the cooling', persons: 2, expectedAt: at(-0.9) }));
  await step('cooler asked', -1.45, (ctx) => requestResource(ctx, { ...blank, id, kind: 'equipment', persons: 0, name: COOLER, agency: 'Rental firm', expectedAt: at(2) }));
  await step('cabling asked', -1.4, (ctx) => requestResource(ctx, { ...blank, id, kind: 'equipment', persons: 0, name: 'Power cable, 63 A, 50 m', expectedAt: at(1.5) }));
  const { items } = await listResources(deputy, { id });
  const cardOf = (name: string): string => items.find((card) => card.name === name)?.id ?? '';
  await step('guards assigned', -1.4, (ctx) => assignResource(ctx, { id, rowId: cardOf(GUARDS), to: 'Operations: who is in the hall', place: 'Doors 1 and 2' }));
  await step('cooler ordered', -1.35, (ctx) => orderResource(ctx, { id, rowId: cardOf(COOLER), orderNumber: 'PO-DEMO-2231' }));
  await step('first aider staged', -1.3, (ctx) => stageResource(ctx, { id, rowId: cardOf('First aider of the day shift'), place: 'Canteen' }));
  await step('engineers sent', -1.25, (ctx) => sendResource(ctx, { id, rowId: cardOf(ENGINEERS), departedFrom: 'Their depot', travel: 'Van' }));
  await step('engineers came', -1, (ctx) => checkInResource(ctx, { id, rowId: cardOf(ENGINEERS), place: 'Plant yard' }));
  await step('situation reported', -0.95, (ctx) => writeSituationReport(ctx, {
    id, conditions: 'Row 4 reads 29 °C, half a degree more in an hour. One of two coolers runs. Nobody is hurt.', actions: 'Test load shed; cold aisle open under guard; two engineers at the second cooler.', needs: ['A permit for the mobile cooler in the plant yard', 'Who relieves the guards at noon'],
  }));
  await price({ id, at, step });
}

/** What an hour costs here, and a bill that came: so the cost counts on by itself, and says that the cooler has no rate. */
async function price({ id, step }: Told): Promise<void> {
  const since = '2026-01-01T00:00:00Z';
  await step('rate of holders', -0.9, (ctx) => setRate(ctx, { what: 'holder', agency: '', rateMinor: 7_400, currency: 'EUR', validFrom: since }));
  await step('rate of teams', -0.9, (ctx) => setRate(ctx, { what: 'team', agency: '', rateMinor: 4_200, currency: 'EUR', validFrom: since }));
  await step('rate of engineers', -0.9, (ctx) => setRate(ctx, { what: 'team', agency: 'Integrator of the cooling', rateMinor: 11_500, currency: 'EUR', validFrom: since }));
  await step('bill for the lift', -0.85, (ctx) => addCost(ctx, { id, kind: 'service', description: 'Lift of the mobile cooler into the yard', reference: 'Offer 118', amountMinor: 64_000, currency: 'EUR', isEstimate: true, insteadOf: null }));
}
