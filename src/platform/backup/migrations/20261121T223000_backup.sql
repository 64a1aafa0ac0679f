-- When backups are made, what came of each, and up to when a restore was proven.
create schema backup;
grant usage on schema backup to parapet_login, parapet_person, parapet_org, parapet_worker;

create table backup.setting (
  one              boolean primary key default true check (one),
  is_on            boolean not null default true,
  at_hour          smallint not null default 3 check (at_hour between 0 and 23),
  time_zone        text not null default 'UTC' check (time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$'),
  keep             smallint not null default 7 check (keep between 2 and 366),
  prove_every_days smallint not null default 1 check (prove_every_days between 1 and 7),
  -- The first backup is due at the hour that comes after this.
  began_at         timestamptz not null default now(),
  version          int not null default 1
);
insert into backup.setting default values;

-- A backup, the proof of one (restored into a scratch database, compared, verified), or a restore of this whole system.
create table backup.run (
  id          uuid primary key,
  kind        text not null check (kind in ('backup', 'proof', 'restore')),
  cause       text not null check (cause in ('asked', 'scheduled', 'command-line')),
  state       text not null check (state in ('waiting', 'running', 'done', 'failed')),
  asked_by    uuid references access.person,
  asked_at    timestamptz not null,
  started_at  timestamptz,
  ended_at    timestamptz,
  proof_of    uuid references backup.run,
  node        text,
  file        text,
  -- When its snapshot was taken.
  made_at     timestamptz,
  bytes       bigint,
  sha256      text check (sha256 ~ '^[0-9a-f]{64}$'),
  rows        bigint,
  files       bigint,
  leaves      bigint,
  has_keys    boolean not null default false,
  rolled_back bigint,
  failure     text,
  removed_at  timestamptz,
  -- One waits or is under way at a time.
  one         boolean unique generated always as (case when state in ('waiting', 'running') then true end) stored,
  check ((kind = 'proof') = (proof_of is not null)),
  check ((state in ('done', 'failed')) = (ended_at is not null)),
  check ((state = 'failed') = (failure is not null)),
  check (state <> 'done' or made_at is not null)
);
create index on backup.run (asked_at desc, id desc);
create index on backup.run (proof_of) where proof_of is not null;

-- Seen by who keeps the system anywhere; asked for by who keeps all of it; recorded by the steward.
do $$
declare tbl text;
begin
  foreach tbl in array array['setting', 'run'] loop
    execute format('alter table backup.%I enable row level security', tbl);
    execute format('grant select, insert, update on backup.%I to parapet_person, parapet_org', tbl);
    execute format($p$create policy system_select on backup.%I for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')) or (select access.holds((select access.me()), 'platform:backup')))$p$, tbl);
  end loop;
end $$;
revoke insert on backup.setting from parapet_person, parapet_org;
create policy keeper_update on backup.setting for update to parapet_person, parapet_org using ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')));
create policy keeper_insert on backup.run for insert to parapet_person, parapet_org with check ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')) and asked_by = (select access.me()) and state = 'waiting');
create policy steward_insert on backup.run for insert to parapet_person, parapet_org with check ((select access.permission()) = 'platform:backup' and (select access.org_may('platform:backup')));
create policy steward_update on backup.run for update to parapet_person, parapet_org using ((select access.permission()) = 'platform:backup' and (select access.org_may('platform:backup')));

-- Seconds since the moment up to which a restore was proven, or since there is a database at all. A number only, so anybody may ask.
create function backup.unproven_s() returns float8 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(extract(epoch from now() - greatest(
    (select max(b.made_at) from backup.run p join backup.run b on b.id = p.proof_of where p.state = 'done'),
    (select min(m.at) from platform.migration m))), 0)::float8
$$;
revoke execute on function backup.unproven_s() from public;
grant execute on function backup.unproven_s() to parapet_login, parapet_person, parapet_org, parapet_worker;
