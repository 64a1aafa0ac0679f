import { asOwner } from '#platform/kernel/db/owner.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { ROLES } from './roles.ts';

const SERVICES: readonly { id: string; name: string; role: string }[] = [
  { id: SERVICE.frontDoor, name: 'Front door', role: 'service-front-door' },
  { id: SERVICE.correlator, name: 'Correlator', role: 'service-correlator' },
  { id: SERVICE.intake, name: 'Intake', role: 'service-intake' },
  { id: SERVICE.importer, name: 'Import', role: 'service-importer' },
  { id: SERVICE.steward, name: 'Steward', role: 'service-steward' },
  { id: SERVICE.cameras, name: 'Cameras', role: 'service-cameras' },
];

/** Brings the shipped roles and the service actors into the database; a role that is not shipped any more keeps its grants. */
export async function seed(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    await client.query(
      `insert into access.role (key, title, purpose, kind, max_grant_days)
       select key, title, purpose, kind, max_grant_days from jsonb_to_recordset($1::jsonb) as r(key text, title text, purpose text, kind text, max_grant_days int)
       on conflict (key) do update set title = excluded.title, purpose = excluded.purpose, kind = excluded.kind, max_grant_days = excluded.max_grant_days
       where (access.role.title, access.role.purpose, access.role.kind, access.role.max_grant_days) is distinct from (excluded.title, excluded.purpose, excluded.kind, excluded.max_grant_days)`,
      [JSON.stringify(ROLES.map((role) => ({ key: role.key, title: role.title, purpose: role.purpose, kind: role.kind, max_grant_days: role.maxGrantDays })))],
    );
    const permissions = JSON.stringify(ROLES.flatMap((role) => role.permissions.map((permission) => ({ role: role.key, permission }))));
    await client.query(
      `with wanted as (select p.permission, r.id from jsonb_to_recordset($1::jsonb) as p(role text, permission text) join access.role r on r.key = p.role),
       gone as (delete from access.role_permission x where not exists (select from wanted w where w.permission = x.permission and w.id = x.role_id))
       insert into access.role_permission (permission, role_id) select permission, id from wanted on conflict do nothing`,
      [permissions],
    );
    for (const { id, name, role } of SERVICES) {
      await client.query(`insert into access.person (id, kind, name, state) values ($1, 'service', $2, 'active') on conflict (id) do nothing`, [id, name]);
      await client.query(`insert into access.grant (id, person_id, role_id, reason) select $1, $1, r.id, 'Service of the product' from access.role r where r.key = $2 on conflict (id) do update set role_id = excluded.role_id where access.grant.role_id <> excluded.role_id`, [id, role]);
    }
  });
}
