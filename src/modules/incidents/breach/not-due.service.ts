import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { BreachClock } from '../breach-contract.ts';
import type * as contract from '../breach-contract.ts';
import { clocksOf } from '../facts.ts';
import { changeLine, holdIncident, incidents, type IncidentRow, insertStep } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { setClock } from './breach.service.ts';

const STOP = 'incidents:clock-stop';
const ONE_DAY_MINUTES = 24 * 60;
const Payload = z.strictObject({ incidentId: z.uuid(), clock: BreachClock });

function clockOf(incident: IncidentRow, key: string): { title: string } {
  const clock = clocksOf(incident).find((one) => one.key === key);
  if (!clock) throw refuseField('/clock', 'incidents.no_such_clock', 'The type of this incident has no such duty. Classify it first.');
  if (clock.decision === 'met') throw new Problem('conflict', 'incidents.duty_met', 'A notice was given already. Strike it first, if it was noted by mistake.');
  if (clock.decision === 'not-due') throw new Problem('conflict', 'incidents.duty_not_due', 'It was decided already that it is not due.');
  return clock;
}

/** A duty to notify of a breach is not due only when two people say so, each with the right to. */
const stopping = decisionKind({
  key: 'incidents.not-due', permission: STOP, expiresMinutes: ONE_DAY_MINUTES, payload: Payload,
  run: async ({ ifMatch: _, ...ctx }, { incidentId, clock }, { reason, proposedBy }) => {
    await changeLine(ctx, incidentId, async (tx, incident) => {
      const { title } = clockOf(incident, clock);
      await setClock(tx, incident, clock, { decision: 'not-due', note: reason });
      await insertStep(ctx, tx, incidentId, { verb: 'not-due', became: title, reason });
      return { verb: 'not-due', row: { id: uuidv7(), clock, proposedBy, reason } };
    }, STOP);
  },
});

/** Proposes that a duty is not due. */
export function sayNotDue(ctx: Ctx, { id, clock, reason }: Input<typeof contract.sayNotDue>): Promise<Reply<typeof contract.sayNotDue>> {
  return incidents.writeMany<Reply<typeof contract.sayNotDue>>(ctx, STOP, async (tx) => {
    const incident = await holdIncident(tx, id, STOP);
    const { title } = clockOf(incident, clock);
    const result = await propose(ctx, stopping, { payload: { incidentId: id, clock }, facts: { number: incident.number, duty: title }, of: { recordId: id, siteId: incident.siteId, wallId: incident.wallId }, reason });
    return { changes: [], result };
  });
}
