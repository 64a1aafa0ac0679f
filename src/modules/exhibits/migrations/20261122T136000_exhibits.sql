create schema exhibits;
grant usage on schema exhibits to parapet_login, parapet_person, parapet_org;

-- Where exhibits lie: rooms, shelves, safes. A place tells nothing of what lies in it.
create table exhibits.place (
  id       uuid primary key,
  code     text not null unique check (code ~ '^[A-Z0-9][A-Z0-9.-]{0,19}$'),
  name     text not null check (length(name) between 1 and 120),
  added_at timestamptz not null
);
select access.guard('exhibits.place', 'exhibits:view', '{exhibits}');
revoke update, delete on exhibits.place from parapet_person, parapet_org;

-- An exhibit stands behind the wall of its case, and never leaves it.
create table exhibits.exhibit (
  id              uuid primary key,
  number          text not null unique,
  case_id         uuid not null references platform.record,
  kind            text not null check (kind in ('physical', 'digital')),
  title           text not null check (length(title) between 1 and 200),
  description     text not null default '' check (length(description) <= 4000),
  -- Make, model, serial number: by what it is told from its like.
  marks           text not null default '' check (length(marks) <= 500),
  collected_at    timestamptz not null,
  collected_where text not null default '' check (length(collected_where) <= 300),
  packaging       text not null default '' check (length(packaging) <= 300),
  seal            text not null default '' check (length(seal) <= 60),
  state           text not null default 'held' check (state in ('held', 'lent', 'disposed')),
  -- Who answers for it, and where it lies; null where it is lent out or disposed of.
  holder_id       uuid references access.person,
  place_id        uuid references exhibits.place,
  lent_to         text not null default '' check (length(lent_to) <= 200),
  due_back_at     timestamptz,
  received_by     uuid not null references access.person,
  received_at     timestamptz not null,
  events          int not null default 0,
  site_id         uuid references access.site check (site_id is null),
  wall_id         uuid not null references access.wall,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  version         int not null default 1,
  check ((state = 'lent') = (lent_to <> '')),
  check ((state = 'held') = (holder_id is not null)),
  check (state = 'lent' or due_back_at is null)
) with (fillfactor = 85);
create index on exhibits.exhibit (case_id, number);
create index on exhibits.exhibit (sight_id, received_at desc, id desc);
create index on exhibits.exhibit (place_id);
select access.protect('exhibits.exhibit', 'exhibits', 'exhibits:view', '{"case_id": "platform.record", "place_id": "exhibits.place"}');
-- What it is and where it came from stays as it was received; custody moves it.
revoke update on exhibits.exhibit from parapet_person, parapet_org;
grant update (packaging, seal, state, holder_id, place_id, lent_to, due_back_at, events, version) on exhibits.exhibit to parapet_person, parapet_org;

create function exhibits.behind_its_case() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from platform.record r where r.id = new.case_id and r.kind = 'cases.case' and r.wall_id = new.wall_id) then raise exception 'an exhibit stands behind the wall of its case' using errcode = '23514'; end if;
  return new;
end $$;
revoke execute on function exhibits.behind_its_case() from public;
create trigger behind_its_case before insert on exhibits.exhibit for each row execute function exhibits.behind_its_case();

-- The chain of custody: appended, never changed. Each event begins with the holder and at the place that the one before it ended with.
create table exhibits.custody (
  id            uuid primary key,
  exhibit_id    uuid not null references exhibits.exhibit on delete cascade,
  seq           int not null,
  at            timestamptz not null,
  kind          text not null check (kind in ('received', 'moved', 'resealed', 'handed-over', 'lent', 'taken-back', 'filed', 'viewed', 'downloaded', 'audited', 'bundled', 'disposed')),
  actor_id      uuid not null references access.person,
  holder        uuid references access.person,
  holder_before uuid references access.person,
  place         uuid references exhibits.place,
  place_before  uuid references exhibits.place,
  seal          text not null default '',
  is_seal_whole boolean,
  -- To whom outside, by what authority, with what purpose: as the kind has it.
  note          text not null default '' check (length(note) <= 2000),
  file_id       uuid,
  bundle_id     uuid,
  unique (exhibit_id, seq)
);
select access.protect_child('exhibits.custody', 'exhibits', 'exhibits.exhibit', 'exhibit_id');
revoke update on exhibits.custody from parapet_person, parapet_org;
create policy own_name on exhibits.custody as restrictive for insert to parapet_person, parapet_org with check (actor_id = (select access.me()));

create function exhibits.append_only() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'custody is appended, never changed' using errcode = '42501';
end $$;
create trigger append_only before update on exhibits.custody for each row execute function exhibits.append_only();
create function exhibits.keep_chain() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  last exhibits.custody;
begin
  select * into last from exhibits.custody c where c.exhibit_id operator(pg_catalog.=) new.exhibit_id order by c.seq desc limit 1;
  if new.seq is distinct from coalesce(last.seq, 0) + 1 or (new.seq = 1) is distinct from (new.kind = 'received') or new.at < last.at
    or new.holder_before is distinct from last.holder or new.place_before is distinct from last.place then
    raise exception 'a gap in the custody' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger keep_chain before insert on exhibits.custody for each row execute function exhibits.keep_chain();
revoke execute on function exhibits.append_only(), exhibits.keep_chain() from public;

-- A hand-over on its way: offered by who holds it, and then taken or not by the other.
create table exhibits.offer (
  id         uuid primary key,
  exhibit_id uuid not null references exhibits.exhibit on delete cascade,
  from_id    uuid not null references access.person,
  to_id      uuid not null references access.person check (to_id <> from_id),
  purpose    text not null check (length(purpose) between 1 and 1000),
  offered_at timestamptz not null,
  state      text not null default 'waiting' check (state in ('waiting', 'taken', 'refused', 'withdrawn')),
  ended_at   timestamptz,
  why        text not null default '' check (length(why) <= 1000),
  check ((state = 'waiting') = (ended_at is null))
);
create unique index one_offer on exhibits.offer (exhibit_id) where state = 'waiting';
create index on exhibits.offer (to_id) where state = 'waiting';
select access.protect_child('exhibits.offer', 'exhibits', 'exhibits.exhibit', 'exhibit_id');
revoke update on exhibits.offer from parapet_person, parapet_org;
grant update (state, ended_at, why) on exhibits.offer to parapet_person, parapet_org;

-- The files of an exhibit as they were entered into its custody; a derivative names what it was made from.
create table exhibits.item (
  file_id      uuid primary key references files.file on delete cascade,
  exhibit_id   uuid not null references exhibits.exhibit on delete cascade,
  -- As they were when it was entered, which is how every bundle gives them.
  name         text not null check (length(name) between 1 and 255),
  media_type   text not null,
  size         bigint not null check (size > 0),
  sha256       bytea not null check (length(sha256) = 32),
  derived_from uuid references exhibits.item (file_id),
  how          text not null default '' check (length(how) <= 500),
  entered_at   timestamptz not null,
  check ((derived_from is null) = (how = ''))
);
create index on exhibits.item (exhibit_id, entered_at);
create index on exhibits.item (derived_from);
select access.protect_child('exhibits.item', 'exhibits', 'exhibits.exhibit', 'exhibit_id', '{"file_id": "files.file"}');
revoke update on exhibits.item from parapet_person, parapet_org;

-- What was given out of a case as one file that verifies by itself. Its manifest stands here and, as a hash, in each chain.
create table exhibits.bundle (
  id        uuid primary key,
  number    text not null unique,
  case_id   uuid not null references platform.record,
  purpose   text not null check (length(purpose) between 1 and 500),
  manifest  text not null,
  digest    bytea not null check (length(digest) = 32),
  closed_at timestamptz not null,
  closed_by uuid not null references access.person,
  site_id   uuid references access.site check (site_id is null),
  wall_id   uuid not null references access.wall,
  sight_id  uuid generated always as (coalesce(wall_id, site_id)) stored
);
create index on exhibits.bundle (case_id, closed_at);
select access.protect('exhibits.bundle', 'exhibits', 'exhibits:view', '{"case_id": "platform.record"}');
revoke update on exhibits.bundle from parapet_person, parapet_org;
create trigger behind_its_case before insert on exhibits.bundle for each row execute function exhibits.behind_its_case();

-- Files of an exhibit are looked at through its custody, and stay: nobody strikes them.
create policy by_custody on files.file as restrictive for select to parapet_person, parapet_org
  using ((select access.permission()) like 'exhibits:%' or (select access.permission()) = 'files:write' or not exists (select from exhibits.exhibit e where e.id = file.record_id));
create policy kept_in_custody on files.file as restrictive for update to parapet_person, parapet_org
  using (not exists (select from exhibits.exhibit e where e.id = file.record_id));

-- Exhibits and bundles go with their case, and stay under its holds.
create function exhibits.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select e.id, e.case_id, null::uuid, e.collected_at, null::timestamptz, array(select distinct p from (select e.received_by as p union all select c.actor_id from exhibits.custody c where c.exhibit_id = e.id) all_people where p is not null) from exhibits.exhibit e where e.id = any (ids)
$$;
create function exhibits.go_with(records uuid[]) returns void language plpgsql as $$
declare
  ids uuid[] := array(select e.id from exhibits.exhibit e where e.case_id = any (records));
  bundles uuid[] := array(select b.id from exhibits.bundle b where b.case_id = any (records));
begin
  if cardinality(ids) + cardinality(bundles) = 0 then return; end if;
  delete from exhibits.bundle b where b.id = any (bundles);
  delete from exhibits.exhibit e where e.id = any (ids);
  perform retention.let_records_go(ids || bundles);
end $$;
create function exhibits.people_with(records uuid[]) returns table (record_id uuid, person_id uuid) language sql stable as $$
  select e.case_id, c.actor_id from exhibits.exhibit e join exhibits.custody c on c.exhibit_id = e.id where e.case_id = any (records)
$$;
revoke execute on function exhibits.go_with(uuid[]) from public;
select retention.protect('exhibits.exhibit', 'exhibits.exhibit', 'id');
select retention.protect(('exhibits.' || tbl)::regclass, 'exhibits.exhibit', 'exhibit_id') from unnest(array['custody', 'offer', 'item']) tbl;
