-- That the clock of a machine was set is in the ledger, once for all processes there, and whoever raises alarms may ask for it.
create or replace function health.beat(node text, role text, pid int, version text, started_at timestamptz, sent_at timestamptz, rss_bytes bigint, loop_ms real, jump_ms real, disk_folder text, disk_bytes bigint, free_bytes bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from health.process p where p.beat_at < now() - interval '7 days';
  insert into ledger.entry (actor, verb, body)
    select '00000000-0000-7000-8000-000000000005', 'health.clock-jumped', format('{"after":{"jumpMs":%s,"node":%s}}', round($9)::bigint, to_json($1))
    where $9 is not null and not exists (select from health.process p where p.node = $1 and p.jumped_at > now() - interval '15 seconds' and abs(p.jump_ms - $9) <= 5000 + abs($9) * 1e-6);
  insert into health.process as p (node, role, pid, version, started_at, beat_at, rss_bytes, loop_ms, clock_ms, jumped_at, jump_ms, disk_folder, disk_bytes, free_bytes)
  values ($1, $2, $3, $4, $5, now(), $7, $8, extract(epoch from $6 - clock_timestamp()) * 1000, case when $9 is not null then now() end, $9, $10, $11, $12)
  on conflict (node, role) do update set pid = excluded.pid, version = excluded.version, started_at = excluded.started_at, beat_at = excluded.beat_at, rss_bytes = excluded.rss_bytes, loop_ms = excluded.loop_ms, clock_ms = excluded.clock_ms,
    jumped_at = coalesce(excluded.jumped_at, p.jumped_at), jump_ms = coalesce(excluded.jump_ms, p.jump_ms), disk_folder = excluded.disk_folder, disk_bytes = excluded.disk_bytes, free_bytes = excluded.free_bytes
$$;

-- The last jump of each machine within the hour.
create function health.clock_jumps() returns table (node text, jumped_at timestamptz, jump_ms real) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct on (p.node) p.node, p.jumped_at, p.jump_ms from health.process p where p.jumped_at > now() - interval '1 hour' and access.holds(access.me(), 'platform:clocks') order by p.node, p.jumped_at
$$;
revoke execute on function health.clock_jumps() from public;
grant execute on function health.clock_jumps() to parapet_person, parapet_org;
