-- How the processes, the database, the disks and the clock are, as the processes themselves say.
create schema health;
grant usage on schema health to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;

create table health.process (
  node         text not null check (length(node) between 1 and 200),
  role         text not null check (role in ('intake', 'web', 'worker')),
  pid          int not null,
  version      text not null,
  started_at   timestamptz not null,
  beat_at      timestamptz not null,
  rss_bytes    bigint not null,
  loop_ms      real not null,
  -- The process's clock less the database's.
  clock_ms     real not null,
  jumped_at    timestamptz,
  jump_ms      real,
  disk_folder  text not null,
  disk_bytes   bigint not null,
  free_bytes   bigint not null,
  primary key (node, role)
);
create table health.check (
  key     text primary key check (key ~ '^[a-z][a-z0-9-]{0,39}$'),
  state   text not null check (state in ('good', 'warning', 'bad')),
  words   text not null check (length(words) between 1 and 500),
  at      timestamptz not null,
  -- What is not said again by then counts as bad.
  due_at  timestamptz
);
alter table health.process enable row level security;
alter table health.check enable row level security;
grant select on health.process, health.check to parapet_person, parapet_org;
create policy system_select on health.process for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));
create policy system_select on health.check for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));

-- Of processes about themselves; it says nothing of any record, so it is not in the ledger.
create function health.beat(node text, role text, pid int, version text, started_at timestamptz, sent_at timestamptz, rss_bytes bigint, loop_ms real, jump_ms real, disk_folder text, disk_bytes bigint, free_bytes bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from health.process p where p.beat_at < now() - interval '7 days';
  insert into health.process as p (node, role, pid, version, started_at, beat_at, rss_bytes, loop_ms, clock_ms, jumped_at, jump_ms, disk_folder, disk_bytes, free_bytes)
  values ($1, $2, $3, $4, $5, now(), $7, $8, extract(epoch from $6 - clock_timestamp()) * 1000, case when $9 is not null then now() end, $9, $10, $11, $12)
  on conflict (node, role) do update set pid = excluded.pid, version = excluded.version, started_at = excluded.started_at, beat_at = excluded.beat_at, rss_bytes = excluded.rss_bytes, loop_ms = excluded.loop_ms, clock_ms = excluded.clock_ms,
    jumped_at = coalesce(excluded.jumped_at, p.jumped_at), jump_ms = coalesce(excluded.jump_ms, p.jump_ms), disk_folder = excluded.disk_folder, disk_bytes = excluded.disk_bytes, free_bytes = excluded.free_bytes
$$;
create function health.note_check(key text, state text, words text, due_at timestamptz) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into health.check (key, state, words, at, due_at) values ($1, $2, $3, now(), $4)
  on conflict (key) do update set state = excluded.state, words = excluded.words, at = excluded.at, due_at = excluded.due_at
$$;
create function health.database() returns table (version text, size_bytes bigint, connections int, most_connections int, ledger_behind_s float8, asked_at timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select current_setting('server_version'), pg_database_size(current_database()), (select sum(d.numbackends)::int from pg_stat_database d), current_setting('max_connections')::int, ledger.unsequenced_age_s(), now()
  where access.holds(access.me(), 'platform:system')
$$;
revoke execute on function health.beat(text, text, int, text, timestamptz, timestamptz, bigint, real, real, text, bigint, bigint), health.note_check(text, text, text, timestamptz), health.database() from public;
grant execute on function health.beat(text, text, int, text, timestamptz, timestamptz, bigint, real, real, text, bigint, bigint), health.note_check(text, text, text, timestamptz) to parapet_login, parapet_intake, parapet_worker;
grant execute on function health.database() to parapet_person, parapet_org;
