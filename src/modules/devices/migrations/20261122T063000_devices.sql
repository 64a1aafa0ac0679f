create schema devices;
grant usage on schema devices to parapet_login, parapet_person, parapet_org, parapet_worker;

-- What is mounted somewhere, whether it sends signals or not. `behind_id` is what it needs to be heard at all: power, network, panel.
create table devices.device (
  id                uuid primary key,
  site_id           uuid references access.site,
  wall_id           uuid references access.wall check (wall_id is null),
  sight_id          uuid generated always as (coalesce(wall_id, site_id)) stored,
  code              text not null check (code ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,47}$'),
  name              text not null check (name <> ''),
  kind              text not null check (kind in ('camera', 'recorder', 'panel', 'controller', 'reader', 'lock', 'detector', 'sensor', 'button', 'intercom', 'sounder', 'switch', 'power', 'gateway', 'server', 'other')),
  make              text not null default '',
  model             text not null default '',
  serial            text not null default '',
  firmware          text not null default '',
  address           text not null default '',
  installer         text not null default '',
  note              text not null default '',
  installed_on      date,
  warranty_until    date,
  end_of_life_on    date,
  certificate_until date,
  expected_every_s  int check (expected_every_s between 60 and 2678400),
  behind_id         uuid references devices.device check (behind_id <> id),
  state             text not null default 'active' check (state in ('active', 'retired')),
  created_at        timestamptz not null default now(),
  changed_at        timestamptz not null default now(),
  version           int not null default 1
);
create unique index device_code on devices.device (site_id, upper(code)) nulls not distinct where state = 'active';
create index on devices.device (sight_id, name, id);
create index on devices.device (name, id);
create index on devices.device (behind_id) where behind_id is not null;
create index on devices.device (certificate_until) where certificate_until is not null and state = 'active';
create index on devices.device (make, model);
select access.protect('devices.device', 'devices', 'devices:read');

-- By which signals it is known: a point of a source, or ('') the source as a whole. Who had a point before keeps its time with it.
create table devices.point (
  id         uuid primary key,
  device_id  uuid not null references devices.device,
  source_id  uuid not null references signals.source,
  point      text not null default '' check (length(point) <= 80),
  since      timestamptz,
  until      timestamptz,
  check (until is null or since is null or until >= since)
);
create unique index point_of_one on devices.point (source_id, point) where until is null;
create index on devices.point (device_id);
create index on devices.point (source_id, point);
select access.protect_child('devices.point', 'devices', 'devices.device', 'device_id', '{"source_id": "signals.source"}');

-- What is known of its health. `heard_at` follows a minute or so behind, without entries in the ledger; `reach` changes seldom, and each change has its entry.
create table devices.health (
  device_id     uuid primary key references devices.device,
  reach         text not null default 'unknown' check (reach in ('unknown', 'up', 'down')),
  reach_since   timestamptz not null,
  reach_why     text not null default '',
  heard_at      timestamptz,
  due_at        timestamptz,
  drift_ms      bigint,
  drift_since   timestamptz
) with (fillfactor = 80);
create index on devices.health (due_at) where due_at is not null and reach <> 'down';
create index on devices.health (reach) where reach = 'down';
select access.protect_child('devices.health', 'devices', 'devices.device', 'device_id');

-- Faults that signals told of and none has ended yet.
create table devices.fault (
  device_id  uuid not null references devices.device,
  type       text not null,
  point      text not null default '',
  since      timestamptz not null,
  signal_key uuid not null,
  until      timestamptz,
  id         uuid primary key
);
create unique index fault_at_point on devices.fault (device_id, type, point) where until is null;
create index on devices.fault (device_id, since desc);
select access.protect_child('devices.fault', 'devices', 'devices.device', 'device_id');

-- What firmware a model should have, and until when its maker keeps it.
create table devices.model (
  id              uuid primary key,
  make            text not null check (make <> ''),
  model           text not null check (model <> ''),
  wanted_firmware text not null default '',
  end_of_life_on  date,
  version         int not null default 1
);
create unique index model_name on devices.model (lower(make), lower(model));
select access.guard('devices.model', 'devices:read', '{devices}');
revoke delete on devices.model from parapet_person, parapet_org;

-- What one false alarm costs, as the organisation reckons it.
create table devices.reckoning (
  one                 boolean primary key default true check (one),
  false_alarm_minor   bigint not null check (false_alarm_minor between 0 and 100000000),
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  basis               text not null default '',
  version             int not null default 1
);
select access.guard('devices.reckoning', 'devices:read', '{devices}');
revoke delete on devices.reckoning from parapet_person, parapet_org;

-- What it is put behind must be seen by its writer. A policy of the table cannot ask the table itself.
create function devices.check_behind_seen() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from devices.device p where p.id = new.behind_id) then raise exception 'there is no such device' using errcode = '23503'; end if;
  return new;
end $$;
create trigger check_behind_made before insert on devices.device for each row when (new.behind_id is not null) execute function devices.check_behind_seen();
create trigger check_behind_moved before update of behind_id on devices.device for each row when (new.behind_id is not null and new.behind_id is distinct from old.behind_id) execute function devices.check_behind_seen();

-- Nothing stands behind itself, by whatever way, and no chain is longer than eight. Writers come one after the other, so that two at once cannot close a circle.
create function devices.check_chain() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  above int;
  below int;
begin
  perform pg_advisory_xact_lock(7204, 63);
  with recursive way(id, n) as (
    select new.behind_id, 1 union all select d.behind_id, w.n + 1 from way w join devices.device d on d.id = w.id where d.behind_id is not null and w.n <= 9
  ) select max(n) into above from way where not exists (select from way where id = new.id);
  if above is null then raise exception 'a device cannot stand behind itself' using errcode = '23514'; end if;
  with recursive way(id, n) as (
    select new.id, 1 union all select d.id, w.n + 1 from way w join devices.device d on d.behind_id = w.id where w.n <= 9
  ) select max(n) into below from way;
  if above + below > 9 then raise exception 'a chain of devices has at most eight behind the first' using errcode = '23514'; end if;
  if exists (select from devices.device p where p.id = new.behind_id and p.state = 'retired') then raise exception 'nothing stands behind a retired device' using errcode = '23514'; end if;
  return null;
end $$;
revoke execute on function devices.check_chain() from public;
create trigger check_chain_made after insert on devices.device for each row when (new.behind_id is not null) execute function devices.check_chain();
create trigger check_chain_moved after update of behind_id on devices.device for each row when (new.behind_id is not null and new.behind_id is distinct from old.behind_id) execute function devices.check_chain();

-- A device that others stand behind is not retired; who takes its place is said first.
create function devices.check_retired() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7204, 63);
  if exists (select from devices.device d where d.behind_id = new.id and d.state = 'active') then raise exception 'others stand behind it' using errcode = '23514'; end if;
  return null;
end $$;
revoke execute on function devices.check_retired() from public;
create trigger check_retired after update of state on devices.device for each row when (new.state = 'retired' and old.state = 'active') execute function devices.check_retired();

-- What other modules' lists may join: under the reader's own sight.
create view devices.v_device with (security_invoker = true) as
  select d.id, d.code, d.name, d.kind, d.site_id, d.state, coalesce(h.reach, 'unknown') as reach, h.reach_since, d.behind_id from devices.device d left join devices.health h on h.device_id = d.id;
grant select on devices.v_device to parapet_person, parapet_org;
