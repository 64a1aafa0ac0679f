import { runMigrations } from 'graphile-worker';
import pg from 'pg';

/** Brings the queue's own schema up to date, as the owner, and lets the worker's rights use it; run at each start. */
export async function seedQueue(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`do $$
      declare tbl text;
      begin
        perform pg_advisory_xact_lock(7204, 31);
        grant usage on schema graphile_worker to parapet_worker;
        grant select, insert, update, delete on all tables in schema graphile_worker to parapet_worker;
        grant usage on all sequences in schema graphile_worker to parapet_worker;
        revoke execute on all functions in schema graphile_worker from public;
        grant execute on all functions in schema graphile_worker to parapet_worker;
        for tbl in select c.relname from pg_class c where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' loop
          execute format('alter table graphile_worker.%I enable row level security', tbl);
          if not exists (select from pg_policy p where p.polrelid = format('graphile_worker.%I', tbl)::regclass and p.polname = 'graphile_worker_all') then
            execute format('create policy graphile_worker_all on graphile_worker.%I for all to parapet_worker using (true) with check (true)', tbl);
          end if;
        end loop;
      end $$`);
  } finally {
    await client.end();
  }
}
