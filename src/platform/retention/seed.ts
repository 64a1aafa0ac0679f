import { readFileSync } from 'node:fs';
import { asOwner } from '#platform/kernel/db/owner.ts';
import { discoverKept } from './port.ts';

const SHIPPED = JSON.parse(readFileSync(new URL('content/schedules.json', import.meta.url), 'utf8')) as unknown;

/** Brings what is declared into the database, and the shipped schedules where there is none of that class and purpose. Run as the owner, repeatable. */
export async function seed(ownerUrl: string): Promise<void> {
  const { kinds, hanging } = await discoverKept();
  await asOwner(ownerUrl, async (client) => {
    await client.query(
      `insert into retention.kind (key, class, purposes, due, facts, remove) select key, class, purposes, due, facts, remove from jsonb_to_recordset($1::jsonb) as k(key text, class text, purposes text[], due text, facts text, remove text)
       on conflict (key) do update set class = excluded.class, purposes = excluded.purposes, due = excluded.due, facts = excluded.facts, remove = excluded.remove`,
      [JSON.stringify(kinds.map(({ key, class: of, purposes, facts, removal }) => ({ key, class: of, purposes, facts, due: removal?.due ?? null, remove: removal?.remove ?? null })))]);
    await client.query(
      `insert into retention.hanging (key, remove, people) select key, remove, people from jsonb_to_recordset($1::jsonb) as h(key text, remove text, people text)
       on conflict (key) do update set remove = excluded.remove, people = excluded.people`,
      [JSON.stringify(hanging)]);
    await client.query(
      `insert into retention.schedule (class, purpose, days, runs_from, basis, source, owner)
       select s.class, s.purpose, s.days, s."runsFrom", s.basis, s.source, s.owner from jsonb_to_recordset($1::jsonb) as s(class text, purpose text, days int, "runsFrom" text, basis text, source text, owner text)
       where not exists (select from retention.schedule x where x.class = s.class and x.purpose = s.purpose)`,
      [JSON.stringify(SHIPPED)]);
  });
}
