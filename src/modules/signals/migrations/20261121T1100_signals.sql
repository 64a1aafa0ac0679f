create schema signals;
grant usage on schema signals to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;

-- Where signals come from. `ref` is what the rows of the hot path carry.
create table signals.source (
  id         uuid primary key,
  ref        int generated always as identity unique,
  protocol   text not null check (protocol in ('dc09')),
  account    text not null check (account ~ '^[0-9A-Za-z]{1,16}$'),
  name       text not null check (name <> ''),
  site_id    uuid references access.site,
  wall_id    uuid references access.wall,
  sight_id   uuid generated always as (coalesce(wall_id, site_id)) stored,
  state      text not null default 'active' check (state in ('active', 'retired')),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  version    int not null default 1
);
create unique index source_account on signals.source (protocol, account) where state = 'active';
create index on signals.source (sight_id, name, id);
create index on signals.source (changed_at);
select access.protect('signals.source', 'signals', 'signals:read');
create policy intake_select on signals.source for select to parapet_intake, parapet_worker using (true);
grant select on signals.source to parapet_intake, parapet_worker;

-- 48 bits: milliseconds of the message's time; 80 bits: hash of source, sequence and content. A repeat has the same key, so
-- the primary key is the dedupe over all partitions. docs/decisions/2026-11-21-the-hot-path.md
create table signals.signal (
  key         uuid not null,
  seq         bigint not null,
  stream      smallint not null,
  source_ref  int not null,
  site_id     uuid,
  number      int not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  has_time    boolean not null,
  repeats     int not null default 0,
  raw         bytea not null,
  primary key (key)
) partition by range (key);
create index on signals.signal (source_ref, received_at desc, seq desc);
create index on signals.signal using brin (seq) with (pages_per_range = 8);
create index on signals.signal using brin (received_at) with (pages_per_range = 8);
create table signals.signal_other partition of signals.signal default;

alter table signals.signal enable row level security;
grant select on signals.signal to parapet_person, parapet_org;
grant select, insert on signals.signal to parapet_intake;
grant update (repeats) on signals.signal to parapet_intake;
grant select on signals.signal to parapet_worker;
do $$ begin
  execute format('create policy person_select on signals.signal for select to parapet_person using (%s)', access.sight_clause('site_id', quote_literal('signals:read')));
end $$;
create policy org_select on signals.signal for select to parapet_org using ((select access.org_may('signals:read')) or exists (
  select from access.sight s where s.person_id = (select access.me()) and s.label = site_id and s.since <= now() and s.until > now() and s.role_id in (select r.role_id from access.role_permission r where r.permission = 'signals:read')));
create policy intake_all on signals.signal for all to parapet_intake using (true) with check (true);
create policy worker_select on signals.signal for select to parapet_worker using (true);

-- One row a commit: what the correlator walks, stream by stream. A stream is one connection, so its order is commit order.
create table signals.batch (
  stream smallint not null,
  seq    bigint not null,
  n      int not null,
  at     timestamptz not null default now(),
  primary key (stream, seq)
);
-- What was heard of messages without a usable time of their own: two like ones outside the window are both kept.
create table signals.seen (
  key        uuid primary key,
  signal_key uuid not null,
  source_ref int not null,
  heard_at   timestamptz not null,
  until      timestamptz not null
);
create index on signals.seen (until);
create index on signals.seen (source_ref);

-- Valid frames of accounts that nobody knows yet: bounded, oldest out, offered for adoption.
create table signals.quarantine (
  id          bigint generated always as identity primary key,
  account     text not null,
  token       text not null,
  remote      text not null,
  received_at timestamptz not null,
  raw         bytea not null
);
create index on signals.quarantine (account, id);
create index on signals.quarantine (remote, id);

create table signals.heard (
  source_ref int primary key,
  at         timestamptz not null,
  remote     text not null
);
-- What receivers refused or dropped, by kind and day.
create table signals.refusal (
  day   date not null,
  kind  text not null,
  count bigint not null,
  primary key (day, kind)
);

do $$
declare tbl text;
begin
  foreach tbl in array array['batch', 'seen', 'quarantine', 'heard', 'refusal'] loop
    execute format('alter table signals.%I enable row level security', tbl);
    execute format('grant select, insert, update, delete on signals.%I to parapet_intake', tbl);
    execute format('grant select, delete on signals.%I to parapet_worker', tbl);
    execute format('create policy intake_all on signals.%I for all to parapet_intake using (true) with check (true)', tbl);
    execute format('create policy worker_all on signals.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;
grant select on signals.heard to parapet_person, parapet_org;
create policy seen_source on signals.heard for select to parapet_person, parapet_org using (exists (select from signals.source s where s.ref = source_ref));
grant select, delete on signals.quarantine to parapet_person, parapet_org;
create policy adopters on signals.quarantine for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'signals:adopt')));
create policy adopters_delete on signals.quarantine for delete to parapet_person, parapet_org using ((select access.permission()) = 'signals:adopt' and (select access.holds((select access.me()), 'signals:adopt')));
grant select on signals.refusal to parapet_person, parapet_org;
create policy readers on signals.refusal for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'signals:sources')));
-- The correlator reads what was committed; it acts as a service with rights of its own, in a transaction under row security.
grant select on signals.batch to parapet_person, parapet_org;
create policy correlator_select on signals.batch for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'signals:map')));

create sequence signals.seq_block;
grant usage on sequence signals.seq_block to parapet_intake;

-- Makes the partitions of the days from yesterday to a week ahead; rows of other days go to the default partition.
create function signals.ensure_partitions() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  d date;
  name text;
  low uuid;
  high uuid;
begin
  perform pg_advisory_xact_lock(7204500);
  for d in select generate_series((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + 7, interval '1 day')::date loop
    name := 'signal_' || to_char(d, 'YYYYMMDD');
    continue when to_regclass('signals.' || name) is not null;
    low := (lpad(to_hex((extract(epoch from d::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    high := (lpad(to_hex((extract(epoch from (d + 1)::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    begin
      execute format('create table signals.%I partition of signals.signal for values from (%L) to (%L)', name, low, high);
    exception when check_violation then
      raise warning 'rows of % are in the default partition already', d;
    end;
  end loop;
end $$;
revoke execute on function signals.ensure_partitions() from public;
grant execute on function signals.ensure_partitions() to parapet_intake, parapet_worker;
