import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { type Intake, openIntake } from '#modules/signals/intake/intake.ts';

export type Arranged = { intake: Intake; siteId: string };

/** A site with one DC-09 source an account, and an intake on this database. */
export async function arrange(fresh: FreshDatabase, accounts: readonly string[]): Promise<Arranged> {
  const siteId = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [siteId]);
  for (const account of accounts) await fresh.owner.query(`insert into signals.source (id, protocol, account, name, site_id) values ($1, 'dc09', $2, $3, $4)`, [uuidv7(), account, `Panel ${account}`, siteId]);
  const intake = await openIntake({ url: fresh.url, onLost: () => undefined });
  return { intake, siteId };
}

/** A person with one role over the organisation. */
export async function anActor(fresh: FreshDatabase, name: string, roleKey: string, siteId: string | null = null): Promise<Ctx> {
  const id = uuidv7();
  await fresh.owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', $2, 'active')`, [id, name]);
  await fresh.owner.query(`insert into access.grant (id, person_id, role_id, site_id, granted_by) select $1, $2, r.id, $3, $4 from access.role r where r.key = $5`, [uuidv7(), id, siteId, SERVICE.frontDoor, roleKey]);
  return fresh.as(id);
}

/** Sends one frame as a panel would and waits until it is durable. */
export function sendFrame({ intake }: Arranged, { account, sequence, data, at = Date.now() }: { account: string; sequence: number; data: string; at?: number }): Promise<void> {
  const raw = encodeFrame({ token: 'SIA-DCS', sequence, account, data, sentAt: Math.floor(at / 1000) * 1000 });
  const arrival = PROTOCOLS.get('dc09')?.arrivalOf(raw, at, '127.0.0.1');
  if (!arrival) throw new Error('The frame cannot be read.');
  return new Promise((resolve, reject) => intake.sink.accept(arrival, (error) => (error ? reject(error) : resolve())));
}
