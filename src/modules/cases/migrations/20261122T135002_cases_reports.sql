-- What somebody reports at the front door, named or not. Of who reports without a name nothing is kept but what they wrote:
-- a report has no column for an address, a device or a session, and its code stands here as a hash only.
create table cases.report (
  id          uuid primary key,
  number      text not null unique,
  code_hash   bytea not null unique check (length(code_hash) = 32),
  type_key    text check (type_key ~ '^[a-z][a-z-]{1,39}$'),
  text        text not null check (length(text) between 1 and 8000),
  place       text not null default '' check (length(place) <= 200),
  about       text not null default '' check (length(about) <= 1000),
  -- Empty where the reporter gave none.
  name        text not null default '' check (length(name) <= 200),
  contact     text not null default '' check (length(contact) <= 200),
  state       text not null default 'new' check (state in ('new', 'taken', 'dismissed')),
  site_id     uuid references access.site,
  wall_id     uuid not null unique references access.wall,
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  received_at timestamptz not null,
  triaged_by  uuid references access.person,
  triaged_at  timestamptz,
  triage_why  text not null default '',
  case_id     uuid references cases.case on delete cascade,
  version     int not null default 1,
  check ((state = 'new') = (triaged_by is null)),
  check ((state = 'taken') = (case_id is not null))
);
create index on cases.report (sight_id, state, received_at desc, id desc);
create index on cases.report (case_id);
select access.protect('cases.report', 'cases', 'cases:read', '{"case_id": "cases.case"}');
create trigger keep_wall before update of wall_id on cases.report for each row execute function cases.keep_wall();

-- What the reporter and the room say to each other.
create table cases.report_message (
  id        uuid primary key,
  report_id uuid not null references cases.report on delete cascade,
  seq       int not null check (seq > 0),
  -- Null where the reporter wrote it.
  author_id uuid references access.person,
  text      text not null check (length(text) between 1 and 8000),
  at        timestamptz not null,
  unique (report_id, seq)
);
select access.protect_child('cases.report_message', 'cases', 'cases.report', 'report_id');

-- Who is kept out of a report, and of the case that it becomes: whom it names, and whom the triage found in conflict.
create table cases.kept_out (
  id        uuid primary key,
  report_id uuid not null references cases.report on delete cascade,
  person_id uuid not null references access.person,
  why       text not null default '' check (length(why) <= 1000),
  at        timestamptz not null,
  unique (report_id, person_id)
);
select access.protect_child('cases.kept_out', 'cases', 'cases.report', 'report_id');

-- Whom a case is about, or is kept out of it, never stands in its room.
create or replace function cases.bar_subjects(room uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  with behind as (select c.id, c.wall_id from cases.case c where c.id = room union select r.id, r.wall_id from cases.report r where r.id = room),
  subjects as (
    select b.wall_id, p.person_id from behind b join cases.case c on c.wall_id = b.wall_id join cases.person p on p.case_id = c.id and p.role = 'subject' and p.person_id is not null and p.struck_at is null
    union select b.wall_id, k.person_id from behind b join cases.report r on r.wall_id = b.wall_id join cases.kept_out k on k.report_id = r.id),
  freed as (delete from access.barred x using behind b where x.wall_id = b.wall_id and not exists (select from subjects s where s.person_id = x.person_id))
  insert into access.barred (wall_id, person_id) select distinct s.wall_id, s.person_id from subjects s on conflict do nothing
$$;
create function cases.on_kept_out() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform cases.bar_subjects(new.report_id);
  return null;
end $$;
create trigger bar_subjects after insert on cases.kept_out for each row execute function cases.on_kept_out();

-- Takes a report, as the front door: behind a wall of its own, with those who triage for the organisation, but for whom it names.
create function cases.receive(report uuid, wall uuid, given_number text, code bytea, given jsonb, moment timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.permission() <> 'cases:report' or not access.holds(access.me(), 'cases:report') then raise exception 'for the front door' using errcode = '42501'; end if;
  -- Those who triage are let in one report after the other: two at once would reckon the sight of the same people.
  perform pg_advisory_xact_lock(hashtextextended('cases.receive', 7));
  insert into access.wall (id, opened_by, opened_at) values (wall, access.me(), moment);
  insert into cases.report (id, number, code_hash, type_key, text, place, about, name, contact, wall_id, received_at)
    values (report, given_number, code, given ->> 'type', given ->> 'text', given ->> 'place', given ->> 'about', given ->> 'name', given ->> 'contact', wall, moment);
  insert into cases.kept_out (id, report_id, person_id, why, at)
    select uuidv7(), report, p.id, 'Named in the report', moment from access.person p
    where p.kind = 'human' and length(p.name) >= 4 and strpos(lower((given ->> 'about') || ' ' || (given ->> 'text')), lower(p.name)) > 0;
  insert into access.wall_member (wall_id, person_id, part_id, since)
    select distinct wall, g.person_id, k.id, moment from access.grant g join access.person p on p.id = g.person_id and p.kind = 'human' and p.state = 'active'
      join access.role_permission r on r.role_id = g.role_id and r.permission = 'cases:triage' join access.role k on k.key = 'case-triage'
    where g.site_id is null and g.since <= now() and g.until > now() and not access.is_barred(wall, g.person_id);
  if not found then
    insert into access.wall_member (wall_id, person_id, part_id, since) select wall, n.id, k.id, moment from (select identity.next_custodian(wall, access.me()) as id) n, access.role k where k.key = 'case-triage' and n.id is not null;
  end if;
  insert into platform.record (id, kind, number, title, state, wall_id, read_permission, at) values (report, 'cases.report', given_number, 'Report at the front door', 'new', wall, 'cases:read', moment);
  insert into platform.search (record_id, words) values (report, given_number || ' ' || left(given ->> 'text', 2000));
end $$;

-- What the holder of a code reads: how far it is, and what was said.
create function cases.report_of(code bytea) returns table (id uuid, wall_id uuid, number text, state text, received_at timestamptz, messages jsonb) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id, r.wall_id, r.number, r.state, r.received_at,
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'isMine', m.author_id is null, 'text', m.text, 'at', m.at) order by m.seq) from cases.report_message m where m.report_id = r.id), '[]')
  from cases.report r where r.code_hash = code and access.holds(access.me(), 'cases:report')
$$;
-- What the holder of a code adds.
create function cases.report_say(code bytea, words text, moment timestamptz) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  found_id uuid;
  made uuid := uuidv7();
begin
  if access.permission() <> 'cases:report' or not access.holds(access.me(), 'cases:report') then raise exception 'for the front door' using errcode = '42501'; end if;
  select r.id into found_id from cases.report r where r.code_hash = code for update;
  if found_id is null then return null; end if;
  insert into cases.report_message (id, report_id, seq, text, at) select made, found_id, coalesce(max(m.seq), 0) + 1, words, moment from cases.report_message m where m.report_id = found_id;
  return made;
end $$;
-- Whether somebody is kept out, told to who stands inside only.
create function cases.is_kept_out(wall uuid, person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.is_barred(wall, person) and exists (select from access.sight s where s.person_id = access.me() and s.label = wall and s.since <= now() and s.until > now())
$$;
revoke execute on function cases.on_kept_out(), cases.receive(uuid, uuid, text, bytea, jsonb, timestamptz), cases.report_of(bytea), cases.report_say(bytea, text, timestamptz), cases.is_kept_out(uuid, uuid) from public;
grant execute on function cases.receive(uuid, uuid, text, bytea, jsonb, timestamptz), cases.report_of(bytea), cases.report_say(bytea, text, timestamptz), cases.is_kept_out(uuid, uuid) to parapet_person, parapet_org;

-- Under retention and legal holds. A report that became a case goes with it.
create function cases.reports_due(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select r.id, r.id, r.triaged_at from cases.report r where r.state = 'dismissed' and r.triaged_at <= before and (among is null or r.id = any (among)) order by r.triaged_at, r.id limit most
$$;
create function cases.report_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select r.id, r.id, r.site_id, r.received_at, null::timestamptz, array(select k.person_id from cases.kept_out k where k.report_id = r.id) from cases.report r where r.id = any (ids)
$$;
create function cases.let_reports_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from cases.report where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
create or replace function cases.let_go(ids uuid[]) returns text language plpgsql as $$
declare reports uuid[] := array(select r.id from cases.report r where r.case_id = any (ids));
begin
  delete from cases.report where id = any (reports);
  delete from cases.case where id = any (ids);
  perform retention.let_records_go(ids || reports);
  return null;
end $$;
revoke execute on function cases.let_reports_go(uuid[]) from public;
select retention.protect('cases.report', 'cases.report', 'id');
select retention.protect(('cases.' || tbl)::regclass, 'cases.report', 'report_id') from unnest(array['report_message', 'kept_out']) tbl;
