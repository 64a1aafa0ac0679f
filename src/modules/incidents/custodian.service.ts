import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose, tellNext } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import { changeLine, holdIncident, incidents, insertStep, type Tx } from './record.ts';
import { refuseField } from './refusals.ts';
import { checkActive, checkKept, checkNoSubject, membersOf, WALL, walledOf } from './wall.service.ts';

const TWO_DAYS_MINUTES = 2 * 24 * 60;
const Payload = z.strictObject({ incidentId: z.uuid(), personId: z.uuid(), successorId: z.uuid() });
type Change = z.infer<typeof Payload>;

/** Who is not to keep a wall any more is its only custodian; who takes over may stand behind it, and a lead stays. */
async function checkChange(tx: Tx, wallId: string, { incidentId, personId, successorId }: Change): Promise<{ name: string; successor: string }> {
  const members = await membersOf(tx, wallId);
  const custodians = members.filter(({ part }) => part === 'wall-custodian');
  if (!custodians.some((member) => member.personId === personId)) throw refuseField('/personId', 'incidents.no_custodian', 'This person does not keep the wall.');
  if (custodians.length > 1) throw refuseField('/personId', 'incidents.not_last_custodian', 'Another custodian stays. Remove this person among the members.');
  if (successorId === personId) throw refuseField('/successorId', 'incidents.another_custodian', 'Choose another person than the one who goes.');
  const successor = await checkActive(tx, successorId, '/successorId');
  await checkNoSubject(tx, incidentId, successorId, '/successorId');
  checkKept([...members.filter((member) => member.personId !== personId && member.personId !== successorId), { part: 'wall-custodian' }]);
  const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst();
  return { name: person?.name ?? '', successor };
}

/** Ends the last custodian of a wall, who watches its lead, and lets in who keeps it from then on. */
const custodianDecision = decisionKind({
  key: 'incidents.custodian', permission: WALL, expiresMinutes: TWO_DAYS_MINUTES, payload: Payload,
  run: async (ctx, change, { reason }) => {
    const { incidentId, personId, successorId } = change;
    await changeLine(ctx, incidentId, async (tx, incident) => {
      const wallId = walledOf(incident.wallId);
      const { name, successor } = await checkChange(tx, wallId, change);
      await sql`select access.admit(${wallId}, ${successorId}, 'wall-custodian', 'infinity')`.execute(tx);
      await insertStep(ctx, tx, incidentId, { verb: 'admitted', became: `${successor}, wall-custodian`, reason });
      await insertStep(ctx, tx, incidentId, { verb: 'removed', was: name, reason });
      await tx.deleteFrom('access.wallMember').where('wallId', '=', wallId).where('personId', '=', personId).execute();
      return { verb: 'custodian-changed', row: { id: uuidv7(), personId, successorId, reason } };
    }, WALL);
    await tellNext(ctx, successorId);
  },
});

/** Proposes to end the last custodian; another member with the same right decides, or nobody is there and it is done alone. */
export function endCustodian(ctx: Ctx, { id, personId, successorId, reason }: Input<typeof contract.endCustodian>): Promise<Reply<typeof contract.endCustodian>> {
  return incidents.writeMany<Reply<typeof contract.endCustodian>>(ctx, WALL, async (tx) => {
    const incident = await holdIncident(tx, id, WALL);
    const change = { incidentId: id, personId, successorId };
    if (personId === ctx.personId) throw refuseField('/personId', 'incidents.own_custody', 'Give the part to another person first, then leave among the members.');
    const { name, successor } = await checkChange(tx, walledOf(incident.wallId), change);
    const result = await propose(ctx, custodianDecision, { payload: change, facts: { number: incident.number, person: name, successor }, subjectId: personId, of: { recordId: id, siteId: incident.siteId, wallId: incident.wallId }, reason });
    return { changes: [], result };
  });
}
