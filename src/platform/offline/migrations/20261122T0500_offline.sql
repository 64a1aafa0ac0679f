-- Devices on which somebody keeps records to work with where there is no line. docs/decisions/2026-11-22-what-a-device-keeps.md
create schema offline;
grant usage on schema offline to parapet_login, parapet_person, parapet_org;

create table offline.device (
  id          uuid primary key,
  person_id   uuid not null references access.person,
  label       text not null check (label <> '' and length(label) <= 200),
  -- By its token a device asks, signed in or not, whether it must delete what it keeps.
  token_hash  bytea not null unique check (length(token_hash) = 32),
  -- The server's half of the key of its store: without it the device's own half opens nothing.
  half        bytea check (length(half) = 32),
  made_at     timestamptz not null,
  seen_at     timestamptz not null,
  -- How far its clock was ahead of ours when it was last heard of.
  skew_ms     bigint not null default 0,
  -- What its person had written and not sent, as it said then.
  unsent      int not null default 0 check (unsent >= 0),
  left_at     timestamptz,
  wipe_at     timestamptz,
  wipe_by     uuid references access.person,
  wipe_reason text,
  wiped_at    timestamptz,
  check ((wipe_at is null) = (wipe_by is null) and (wipe_at is null) = (wipe_reason is null)),
  check ((wipe_at is null and left_at is null) = (half is not null))
);
create index on offline.device (person_id);
create index on offline.device (seen_at desc, id desc);

create table offline.taken (
  device_id  uuid not null references offline.device,
  record_id  uuid not null references platform.record,
  at         timestamptz not null,
  dropped_at timestamptz,
  primary key (device_id, record_id)
);
create index on offline.taken (record_id);

-- The sessions that a device used: they end when it is to be wiped.
create table offline.device_session (
  device_id  uuid not null references offline.device,
  session_id uuid not null references access.session (id) on delete cascade,
  primary key (device_id, session_id)
);
create index on offline.device_session (session_id);

alter table offline.device enable row level security;
alter table offline.taken enable row level security;
alter table offline.device_session enable row level security;
-- The halves of keys and the tokens are read by the functions below alone.
grant select (id, person_id, label, made_at, seen_at, skew_ms, unsent, left_at, wipe_at, wipe_by, wipe_reason, wiped_at) on offline.device to parapet_person, parapet_org;
grant insert on offline.device to parapet_person, parapet_org;
create policy own_select on offline.device for select to parapet_person, parapet_org using (person_id = (select access.me()));
create policy keeper_select on offline.device for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'identity:sessions')));
create policy own_insert on offline.device for insert to parapet_person, parapet_org with check (person_id = (select access.me()) and wipe_at is null);
grant select, insert, update on offline.taken to parapet_person, parapet_org;
create policy own_select on offline.taken for select to parapet_person, parapet_org using (exists (select from offline.device d where d.id = device_id and d.person_id = (select access.me())) and exists (select from platform.record r where r.id = record_id));
-- Who keeps sign-ins learns which records a lost device held, as far as they may see them.
create policy keeper_select on offline.taken for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'identity:sessions')) and exists (select from platform.record r where r.id = record_id));
create policy own_insert on offline.taken for insert to parapet_person, parapet_org with check (
  exists (select from offline.device d where d.id = device_id and d.person_id = (select access.me()) and d.wipe_at is null and d.left_at is null) and exists (select from platform.record r where r.id = record_id and r.wall_id is null));
create policy own_update on offline.taken for update to parapet_person, parapet_org using (exists (select from offline.device d where d.id = device_id and d.person_id = (select access.me())))
  with check (exists (select from offline.device d where d.id = device_id and d.person_id = (select access.me())) and exists (select from platform.record r where r.id = record_id and r.wall_id is null));

-- A device of mine is heard of: it gets the half of its key, or nothing.
create function offline.contact(device uuid, session_token bytea, ahead_ms bigint, waiting int, heard_at timestamptz) returns bytea language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  answered bytea;
begin
  update offline.device d set seen_at = heard_at, skew_ms = ahead_ms, unsent = waiting where d.id = device and d.person_id = access.me() and d.wipe_at is null and d.left_at is null returning d.half into answered;
  if answered is not null then
    insert into offline.device_session (device_id, session_id) select device, s.id from access.session s where s.token_hash = session_token and s.person_id = access.me() and s.kind = 'browser' on conflict do nothing;
  end if;
  return answered;
end $$;

-- What devices are called, for who reads what came from them; and how many open sessions each used, of mine or of whom I reach.
create function offline.labels_of(devices uuid[]) returns table (id uuid, label text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.id, d.label from offline.device d where d.id = any (devices)
$$;
create function offline.sessions_of(devices uuid[]) returns table (device_id uuid, n int) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o.device_id, count(*)::int from offline.device_session o join offline.device d on d.id = o.device_id join access.session s on s.id = o.session_id
  where o.device_id = any (devices) and s.expires_at > now() and s.last_seen_at > now() - interval '1 hour' and (d.person_id = access.me() or access.holds(access.me(), 'identity:sessions')) group by 1
$$;

-- Lets go of a device of mine that deleted what it kept by itself.
create function offline.leave(device uuid, at timestamptz) returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
  with gone as (update offline.device d set left_at = at, half = null where d.id = device and d.person_id = access.me() and d.left_at is null and d.wipe_at is null returning 1) select exists (select from gone)
$$;

-- Orders a device to delete what it keeps: its person, or who keeps sign-ins and reaches that person. Its half of the key is destroyed, its sessions end.
create function offline.order_wipe(device uuid, reason text, at timestamptz) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  owner uuid;
begin
  select d.person_id into owner from offline.device d where d.id = device and d.wipe_at is null and d.left_at is null for update;
  if owner is null then return null; end if;
  if owner is distinct from access.me() and not (access.permission() = 'identity:sessions' and access.holds(access.me(), 'identity:sessions') and identity.is_within_reach(owner)) then return null; end if;
  update offline.device d set wipe_at = at, wipe_by = access.me(), wipe_reason = reason, half = null where d.id = device;
  delete from access.session s using offline.device_session o where o.device_id = device and s.id = o.session_id;
  return owner;
end $$;

-- What a device is to do, asked by its token alone: 'keep', 'wipe', or 'unknown' where it is nobody's. `done` says that it did.
create function offline.hear_order(device_token bytea, done boolean) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_one offline.device;
begin
  select * into found_one from offline.device d where d.token_hash = device_token;
  if found_one.id is null then return 'unknown'; end if;
  if found_one.wipe_at is null and found_one.left_at is null then return 'keep'; end if;
  if done and found_one.wipe_at is not null then update offline.device d set wiped_at = coalesce(d.wiped_at, now()) where d.id = found_one.id; end if;
  return 'wipe';
end $$;
revoke execute on function offline.contact(uuid, bytea, bigint, int, timestamptz), offline.leave(uuid, timestamptz), offline.order_wipe(uuid, text, timestamptz), offline.hear_order(bytea, boolean), offline.labels_of(uuid[]), offline.sessions_of(uuid[]) from public;
grant execute on function offline.contact(uuid, bytea, bigint, int, timestamptz), offline.leave(uuid, timestamptz), offline.order_wipe(uuid, text, timestamptz), offline.labels_of(uuid[]), offline.sessions_of(uuid[]) to parapet_person, parapet_org;
grant execute on function offline.hear_order(bytea, boolean) to parapet_login;
