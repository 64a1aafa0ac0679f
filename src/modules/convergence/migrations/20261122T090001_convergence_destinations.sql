-- Systems outside that are told of alarms, incidents and devices, each as an actor of its own with its own grant.
create schema convergence;
grant usage on schema convergence to parapet_login, parapet_person, parapet_org, parapet_worker;

create table convergence.destination (
  id             uuid primary key,
  name           text not null check (name <> ''),
  -- What it may be told of: this site and all below it, or everything; nothing behind a wall.
  site_id        uuid references access.site,
  wall_id        uuid check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  transport      text not null check (transport in ('webhook', 'syslog')),
  -- Addresses of webhooks often have a secret in them: people see where they lead, the worker alone reads them whole.
  address        text not null check (length(address) <= 1000),
  origin         text not null check (length(origin) <= 300),
  format         text not null check (format in ('parapet', 'ocsf', 'cef', 'rfc5424')),
  events         text[] not null check (cardinality(events) between 1 and 30),
  -- 4 is every priority, 1 the most urgent alone.
  down_to        int not null check (down_to between 1 and 4),
  families       text[] not null check (cardinality(families) <= 60),
  has_narrative  boolean not null,
  state          text not null default 'active' check (state in ('active', 'paused', 'ended')),
  paused_why     text check (length(paused_why) <= 400),
  failing_since  timestamptz,
  delivered_at   timestamptz,
  actor_id       uuid not null unique references access.person,
  -- Sealed under a key of the data folder; for a day after a change both sign.
  secret         bytea,
  former_secret  bytea,
  former_until   timestamptz,
  made_at        timestamptz not null default now(),
  made_by        uuid not null references access.person,
  version        int not null default 1,
  check ((transport = 'webhook') = (secret is not null)),
  check ((former_secret is null) = (former_until is null)),
  check ((state = 'paused') = (paused_why is not null)),
  check (case transport when 'webhook' then format in ('parapet', 'ocsf') else format in ('ocsf', 'cef', 'rfc5424') end)
);
create index on convergence.destination (sight_id, name, id);
create index on convergence.destination (made_by);
select access.protect('convergence.destination', 'convergence', 'convergence:share-out');
-- The actor of a destination pauses it, and nothing else.
create policy own_select on convergence.destination for select to parapet_person, parapet_org using (actor_id = (select access.me()));
create policy own_tell on convergence.destination as restrictive for update to parapet_person, parapet_org using ((select access.permission()) = 'convergence:share-out' or actor_id = (select access.me()));
revoke select, insert, update on convergence.destination from parapet_person, parapet_org;
grant select (id, name, site_id, wall_id, sight_id, transport, origin, format, events, down_to, families, has_narrative, state, paused_why, failing_since, delivered_at, actor_id, former_until, made_at, made_by, version) on convergence.destination to parapet_person, parapet_org;
grant update (name, transport, address, origin, format, events, down_to, families, has_narrative, state, paused_why, failing_since, secret, former_until, version) on convergence.destination to parapet_person, parapet_org;

-- One message of one destination. What it says is not kept: it is read from the ledger's entry when it is sent.
create table convergence.message (
  id             uuid primary key default uuidv7(),
  seq            bigint not null unique generated always as identity,
  destination_id uuid not null references convergence.destination,
  -- The ledger's entry that it tells of; none where it is a test.
  entry_id       uuid,
  event          text not null check (event ~ '^[a-z-]+(\.[a-z-]+)?$' and length(event) <= 60),
  record_id      uuid,
  state          text not null default 'queued' check (state in ('queued', 'delivered', 'dead', 'dropped')),
  reason         text not null default '' check (length(reason) <= 400),
  -- Each try: when, how long, what came of it.
  tries          jsonb not null default '[]' check (jsonb_typeof(tries) = 'array'),
  -- Since it was queued last: by hand it is tried as if anew.
  attempts       int not null default 0,
  status         int,
  took_ms        int,
  queued_at      timestamptz not null default now(),
  next_at        timestamptz not null default now(),
  ended_at       timestamptz,
  unique (destination_id, entry_id),
  check ((state = 'queued') = (ended_at is null))
);
create index on convergence.message (destination_id, next_at, seq) where state = 'queued';
create index on convergence.message (destination_id, record_id, seq) where state = 'queued';
create index on convergence.message (destination_id, queued_at desc, id desc);
create index on convergence.message (ended_at) where ended_at is not null;
select access.protect_child('convergence.message', 'convergence', 'convergence.destination', 'destination_id');

-- How far the ledger was read. It begins where the ledger stands now: nothing old is told.
create table convergence.cursor (
  one boolean primary key default true check (one),
  xid xid8 not null,
  id  uuid not null
);
insert into convergence.cursor (xid, id) select coalesce((select e.xid from ledger.entry e order by e.xid desc, e.id desc limit 1), '0'), coalesce((select e.id from ledger.entry e order by e.xid desc, e.id desc limit 1), '00000000-0000-0000-0000-000000000000');
alter table convergence.cursor enable row level security;

do $$
declare tbl text;
begin
  foreach tbl in array array['destination', 'message', 'cursor'] loop
    execute format('grant select, insert, update on convergence.%I to parapet_worker', tbl);
    execute format('create policy worker_all on convergence.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;
-- What a destination's filters leave out was never a message.
grant delete on convergence.message to parapet_worker;

-- Nobody has sent out what they may not read there themselves: the event's module says with which permission it is read.
create function convergence.check_reads() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  event text;
begin
  foreach event in array new.events loop
    if tg_op = 'UPDATE' and event = any (old.events) then continue; end if;
    if not access.may_at(new.site_id, null, split_part(event, '.', 1) || ':read') then raise exception 'not read by this person' using errcode = '42501'; end if;
  end loop;
  return new;
end $$;
create trigger check_reads before insert or update of events on convergence.destination for each row execute function convergence.check_reads();

-- A destination with its actor, whose grant is at its site; made by who may share from there.
create function convergence.add(given jsonb, sealed bytea) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  site uuid := (given ->> 'siteId')::uuid;
  actor uuid := uuidv7();
begin
  if access.permission() <> 'convergence:share-out' or not access.may_at(site, null, 'convergence:share-out') then raise exception 'not kept by this person' using errcode = '42501'; end if;
  insert into access.person (id, kind, name, state) values (actor, 'service', given ->> 'name', 'active');
  insert into access.grant (id, person_id, role_id, site_id, until, reason, granted_by) select uuidv7(), actor, r.id, site, 'infinity', 'Destination ' || (given ->> 'name'), access.me() from access.role r where r.key = 'service-destination';
  insert into convergence.destination (id, name, site_id, transport, address, origin, format, events, down_to, families, has_narrative, actor_id, secret, made_by)
  values ((given ->> 'id')::uuid, given ->> 'name', site, given ->> 'transport', given ->> 'address', given ->> 'origin', given ->> 'format', array(select jsonb_array_elements_text(given -> 'events')), (given ->> 'downTo')::int,
    array(select jsonb_array_elements_text(given -> 'families')), (given ->> 'hasNarrative')::boolean, actor, sealed, access.me());
end $$;
-- Nobody reads a secret, so that a change cannot lay the former one aside by itself.
create function convergence.keep_former() returns trigger language plpgsql as $$
begin
  new.former_secret := old.secret;
  return new;
end $$;
create trigger keep_former before update of secret on convergence.destination for each row execute function convergence.keep_former();
-- Its actor ends with it.
create function convergence.end_actor() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update access.grant set until = now() where person_id = new.actor_id and until > now();
  update access.person set state = 'leaver' where id = new.actor_id;
  update convergence.message set state = 'dropped', reason = 'its destination has ended', ended_at = now() where destination_id = new.id and state = 'queued';
  return null;
end $$;
create trigger end_actor after update of state on convergence.destination for each row when (new.state = 'ended' and old.state <> 'ended') execute function convergence.end_actor();

-- For the worker: whether a site stands at or below another, and the reading place, which one worker moves.
create function convergence.covers(top uuid, site uuid) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select top is null or exists (select from access.site a join access.site b on a.path @> b.path where a.id = top and b.id = site)
$$;
create function convergence.move_cursor(old_xid xid8, old_id uuid, new_xid xid8, new_id uuid) returns void language plpgsql as $$
begin
  update convergence.cursor set xid = new_xid, id = new_id where xid = old_xid and id = old_id;
  if not found then raise exception 'another worker reads the ledger' using errcode = '40001'; end if;
end $$;
revoke execute on function convergence.check_reads(), convergence.keep_former(), convergence.end_actor(), convergence.add(jsonb, bytea), convergence.covers(uuid, uuid), convergence.move_cursor(xid8, uuid, xid8, uuid) from public;
grant execute on function convergence.add(jsonb, bytea) to parapet_person, parapet_org;
grant execute on function convergence.covers(uuid, uuid), convergence.move_cursor(xid8, uuid, xid8, uuid) to parapet_worker;

-- What was sent goes after its time.
create function convergence.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select m.id, null::uuid, m.ended_at from convergence.message m where m.ended_at <= before and (among is null or m.id = any (among)) order by m.ended_at, m.id limit most
$$;
create function convergence.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select m.id, m.record_id, d.site_id, m.queued_at, null::timestamptz, '{}'::uuid[] from convergence.message m join convergence.destination d on d.id = m.destination_id where m.id = any (ids)
$$;
create function convergence.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from convergence.message m where m.id = any (ids);
  return null;
end $$;
revoke execute on function convergence.let_go(uuid[]) from public;
select retention.protect('convergence.message', 'convergence.message', 'id');
