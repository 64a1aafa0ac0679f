-- Directories of companies (SCIM 2.0) that say who is here, and what an administrator lets their groups give.
create schema directory;
grant usage on schema directory to parapet_login, parapet_person, parapet_org;

create table directory.directory (
  id           uuid primary key,
  name         text not null check (name <> ''),
  -- The provider of single sign-on that knows the same people, and which of what the directory sends is its subject.
  provider_id  uuid references identity.provider,
  subject_from text not null check (subject_from in ('none', 'external-id', 'user-name')),
  -- Whether it may take over people who are here already, by their address to sign in with.
  adopts       boolean not null,
  is_on        boolean not null default true,
  -- As whom what it sends is done.
  actor_id     uuid not null unique references access.person,
  made_at      timestamptz not null,
  made_by      uuid not null references access.person,
  changed_at   timestamptz not null,
  check ((provider_id is null) = (subject_from = 'none'))
);
create table directory.key (
  service_id   uuid primary key references access.person,
  directory_id uuid not null references directory.directory
);
create index on directory.key (directory_id);

-- What a directory says of somebody, beside what the register keeps.
create table directory.person (
  person_id    uuid primary key references access.person,
  directory_id uuid not null references directory.directory,
  external_id  text,
  user_name    text not null check (user_name <> ''),
  given_name   text,
  family_name  text,
  office       text,
  added_at     timestamptz not null,
  changed_at   timestamptz not null,
  -- Deleted there: they are leavers here.
  gone_at      timestamptz
);
create unique index user_name_once on directory.person (lower(user_name)) where gone_at is null;
create index on directory.person (directory_id);

create table directory."group" (
  id           uuid primary key,
  directory_id uuid not null references directory.directory,
  display_name text not null check (display_name <> ''),
  external_id  text,
  made_at      timestamptz not null,
  changed_at   timestamptz not null,
  gone_at      timestamptz
);
create unique index group_once on directory."group" (directory_id, external_id) where external_id is not null and gone_at is null;
create index on directory."group" (directory_id);

create table directory.member (
  group_id  uuid not null references directory."group",
  person_id uuid not null references access.person,
  since     timestamptz not null,
  primary key (group_id, person_id)
);
create index on directory.member (person_id);

-- Which role a group gives, where and until when: said by people, never by the directory.
create table directory.mapping (
  id           uuid primary key,
  directory_id uuid not null references directory.directory,
  group_id     uuid not null references directory."group",
  role_id      smallint not null references access.role,
  site_id      uuid references access.site,
  reason       text not null,
  made_by      uuid not null references access.person,
  approved_by  uuid references access.person,
  decision_id  uuid unique,
  made_at      timestamptz not null,
  until        timestamptz not null,
  ended_at     timestamptz,
  ended_by     uuid references access.person,
  check (made_at < until)
);
create unique index mapping_once on directory.mapping (group_id, role_id, coalesce(site_id, '00000000-0000-0000-0000-000000000000')) where ended_at is null;
create index on directory.mapping (directory_id);

-- What became of a mapping for a member: the grant, or why there is none.
create table directory.given (
  mapping_id uuid not null references directory.mapping,
  person_id  uuid not null references access.person,
  grant_id   uuid references access.grant,
  refused    text,
  at         timestamptz not null,
  primary key (mapping_id, person_id),
  check ((grant_id is null) = (refused is not null))
);

-- The latest that came, and what was refused.
create table directory.arrival (
  id           uuid primary key,
  directory_id uuid not null references directory.directory,
  at           timestamptz not null,
  what         text not null,
  about        text not null,
  status       int not null,
  why          text
);
create index on directory.arrival (directory_id, at desc);

select access.guard('directory.directory', 'identity:sessions', '{identity}');
select access.guard('directory.key', 'identity:sessions', '{identity}');
select access.guard('directory.person', 'identity:sessions', '{directory}');
select access.guard('directory."group"', 'identity:sessions', '{directory}');
select access.guard('directory.member', 'identity:sessions', '{directory}');
select access.guard('directory.mapping', 'identity:sessions', '{identity}');
select access.guard('directory.given', 'identity:sessions', '{directory}');
select access.guard('directory.arrival', 'identity:sessions', '{directory}');
revoke insert, update on directory.directory, directory.key, directory.given from parapet_person, parapet_org;
grant update (name, adopts, is_on, changed_at) on directory.directory to parapet_person, parapet_org;
grant insert, update (refused, at) on directory.given to parapet_person, parapet_org;
revoke update on directory.mapping from parapet_person, parapet_org;
grant update (ended_at, ended_by) on directory.mapping to parapet_person, parapet_org;
grant delete on directory.member, directory.given, directory.arrival to parapet_person, parapet_org;

-- What a directory does is done as its own actor, and reaches what is its own.
create function directory.own() returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.id from directory.directory d where d.actor_id operator(pg_catalog.=) access.me() and d.is_on
$$;
create policy own_select on directory.directory for select to parapet_person, parapet_org using (actor_id = (select access.me()));
-- Whoever is stopped or gets another address by a directory is signed out by it: sessions are ended by who sees them.
create policy directory_select on access.session for select to parapet_person, parapet_org using (kind = 'browser' and (select directory.own()) is not null);
do $$
declare tbl text;
begin
  foreach tbl in array array['person', 'group', 'mapping', 'arrival'] loop
    execute format('create policy own_select on directory.%I for select to parapet_person, parapet_org using (directory_id = (select directory.own()))', tbl);
    execute format('create policy own_insert on directory.%I as restrictive for insert to parapet_person, parapet_org with check (%s)', tbl, case when tbl = 'mapping' then 'true' else 'directory_id = (select directory.own())' end);
    execute format('create policy own_update on directory.%I as restrictive for update to parapet_person, parapet_org using (%s)', tbl, case when tbl = 'mapping' then 'true' else 'directory_id = (select directory.own())' end);
  end loop;
end $$;
create policy own_select on directory.member for select to parapet_person, parapet_org using (exists (select from directory."group" g where g.id = group_id and g.directory_id = (select directory.own())));
create policy own_insert on directory.member as restrictive for insert to parapet_person, parapet_org with check (exists (select from directory."group" g join directory.person p on p.directory_id = g.directory_id and p.person_id = member.person_id and p.gone_at is null where g.id = group_id and g.directory_id = (select directory.own())));
create policy own_delete on directory.member as restrictive for delete to parapet_person, parapet_org using (exists (select from directory."group" g where g.id = group_id and g.directory_id = (select directory.own())));
create policy own_select on directory.given for select to parapet_person, parapet_org using (exists (select from directory.mapping m where m.id = mapping_id and m.directory_id = (select directory.own())));
create policy own_insert on directory.given as restrictive for insert to parapet_person, parapet_org with check (grant_id is null and exists (select from directory.mapping m where m.id = mapping_id and m.directory_id = (select directory.own())));
create policy own_delete on directory.given as restrictive for delete to parapet_person, parapet_org using (exists (select from directory.mapping m where m.id = mapping_id and m.directory_id = (select directory.own())));

-- A mapping gives no more than its maker could give alone, or two people decided (as `no_more_than_own` of access.grant).
create function directory.is_decided(decision uuid, in_group uuid, role smallint, site uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from two_person.decision d join access.role r on r.id = is_decided.role
    where d.id = is_decided.decision and d.kind = 'directory.map' and d.state in ('approved', 'alone') and d.permission = 'identity:grant' and access.me() in (d.decided_by, d.proposed_by)
      and (d.payload ->> 'groupId')::uuid = in_group and d.payload ->> 'roleKey' = r.key and (d.payload ->> 'siteId')::uuid is not distinct from is_decided.site)
$$;
create policy no_more_than_own on directory.mapping as restrictive for insert to parapet_person, parapet_org with check (
  (select access.permission()) = 'identity:grant' and access.may_at(site_id, null, 'identity:grant')
  and exists (select from access.role r where r.id = role_id and r.kind = 'human') and exists (select from access.person p where p.id = (select access.me()) and p.kind = 'human')
  and ((decision_id is null and site_id is not null and access.covers(role_id, site_id)) or directory.is_decided(decision_id, group_id, role_id, site_id)));
create policy within_reach on directory.mapping as restrictive for update to parapet_person, parapet_org using ((select access.permission()) = 'identity:grant' and access.may_at(site_id, null, 'identity:grant'));

-- A directory with its actor; and its keys, which open nothing but its own door.
create function directory.check_keeper() returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.permission() <> 'identity:sessions' or not access.org_may('identity:sessions') then raise exception 'for who keeps sign-ins' using errcode = '42501'; end if;
end $$;
create function directory.add(directory uuid, called text, provider uuid, subject text, may_adopt boolean) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  actor uuid := uuidv7();
begin
  perform directory.check_keeper();
  insert into access.person (id, kind, name, state) values (actor, 'service', called, 'active');
  insert into access.grant (id, person_id, role_id, reason, granted_by) select uuidv7(), actor, r.id, 'Directory ' || called, access.me() from access.role r where r.key = 'service-directory';
  insert into directory.directory (id, name, provider_id, subject_from, adopts, actor_id, made_at, made_by, changed_at) values (directory, called, provider, subject, may_adopt, actor, now(), access.me(), now());
end $$;
create function directory.add_key(directory uuid, key_id uuid, service_id uuid, token bytea, label text, ends timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform directory.check_keeper();
  insert into access.person (id, kind, name, state) values (service_id, 'service', label, 'active');
  insert into access.grant (id, person_id, role_id, until, reason, granted_by) select uuidv7(), service_id, r.id, ends, 'Key of a directory', access.me() from access.role r where r.key = 'service-directory-key';
  insert into identity.api_key (person_id, owner_id, grant_id, made_by, made_at) values (service_id, null, null, access.me(), now());
  insert into access.session (token_hash, id, person_id, kind, label, expires_at) values (token, key_id, service_id, 'key', label, ends);
  insert into directory.key (service_id, directory_id) values (add_key.service_id, directory);
end $$;
create function directory.end_key(directory uuid, key_id uuid) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  found uuid;
begin
  perform directory.check_keeper();
  select s.person_id into found from access.session s join directory.key k on k.service_id = s.person_id and k.directory_id = directory where s.id = key_id and s.kind = 'key';
  if found is not null then perform identity.end_key(found); end if;
  return found;
end $$;
-- Whose door a key opens: asked by the key itself.
create function directory.behind_key() returns table (id uuid, actor_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.id, d.actor_id from directory.key k join directory.directory d on d.id = k.directory_id and d.is_on where k.service_id = access.me() and access.holds(access.me(), 'directory:connect')
$$;

-- The roles that a person has in force or to come, for who keeps duties apart.
create function directory.roles_held(person uuid) returns table (key text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if directory.own() is null then raise exception 'for a directory' using errcode = '42501'; end if;
  return query select distinct r.key from access.grant g join access.role r on r.id = g.role_id where g.person_id = person and g.until > now();
end $$;

-- Gives a member what the mapping says, as far as it goes now; null where it was given already. Nobody gets a right by a mapping of their own making.
create function directory.give(mapping uuid, person uuid) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  m directory.mapping;
  made uuid := uuidv7();
begin
  select x.* into m from directory.mapping x where x.id = mapping and x.directory_id = directory.own() and x.ended_at is null and x.until > now();
  if m.id is null or access.permission() <> 'directory:provision' or person in (m.made_by, m.approved_by)
    or not exists (select from directory.member k where k.group_id = m.group_id and k.person_id = person)
    or not exists (select from access.person p where p.id = person and p.kind = 'human' and p.state <> 'leaver')
    or not exists (select from access.role r where r.id = m.role_id and r.kind = 'human') then raise exception 'not to be given' using errcode = '42501'; end if;
  -- The request and the steward may both be at it; they wait for each other by the person.
  if exists (select from directory.given v join access.grant a on a.id = v.grant_id where v.mapping_id = mapping and v.person_id = person and a.until > now()) then return null; end if;
  insert into access.grant (id, person_id, role_id, site_id, until, reason, granted_by)
    select made, person, m.role_id, m.site_id, m.until, 'Group ' || g.display_name || ' of ' || d.name, access.me() from directory."group" g join directory.directory d on d.id = g.directory_id where g.id = m.group_id;
  insert into directory.given (mapping_id, person_id, grant_id, at) values (mapping, person, made, now())
    on conflict (mapping_id, person_id) do update set grant_id = excluded.grant_id, refused = null, at = excluded.at;
  return made;
end $$;

-- The installation keeps somebody who may give roles over the whole organisation: is there anybody but this person?
create function directory.is_last_administrator(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (
    select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = 'identity:grant' join access.person p on p.id = g.person_id and p.kind = 'human' and p.state = 'active'
    where g.site_id is null and g.since <= now() and g.until > now() and g.person_id <> person)
$$;

-- Ends what a mapping gave to somebody, or to all: by the directory whose it is, or by who may give that role there.
create function directory.take(mapping uuid, person uuid) returns table (grant_id uuid, person_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  m directory.mapping;
  g record;
begin
  select x.* into m from directory.mapping x where x.id = mapping;
  if m.id is null or not ((access.permission() = 'directory:provision' and m.directory_id = directory.own()) or (access.permission() = 'identity:grant' and access.may_at(m.site_id, null, 'identity:grant'))) then raise exception 'not yours to end' using errcode = '42501'; end if;
  perform pg_advisory_xact_lock(hashtextextended('directory.removal', 12));
  for g in select v.grant_id as id, v.person_id as who from directory.given v join access.grant a on a.id = v.grant_id where v.mapping_id = mapping and (take.person is null or v.person_id = take.person) and a.until > now() loop
    update access.grant a set until = greatest(now(), a.since + interval '1 microsecond') where a.id = g.id;
    if m.site_id is null and access.permission() = 'directory:provision' and exists (select from access.role_permission r where r.role_id = m.role_id and r.permission = 'identity:grant')
      and directory.is_last_administrator('00000000-0000-0000-0000-000000000000') then raise exception 'the last administrator' using errcode = 'P0D01'; end if;
    grant_id := g.id;
    person_id := g.who;
    return next;
  end loop;
  delete from directory.given v where v.mapping_id = mapping and (take.person is null or v.person_id = take.person);
end $$;

-- Whom a directory does not remove: the last who gives roles over everything, and the only custodian of a wall. One after the
-- other, so that two of them are not removed at once.
create function directory.is_kept(person uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if directory.own() is null then raise exception 'for a directory' using errcode = '42501'; end if;
  perform pg_advisory_xact_lock(hashtextextended('directory.removal', 12));
  return (directory.is_last_administrator(person) and exists (
      select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = 'identity:grant' where g.person_id = person and g.site_id is null and g.since <= now() and g.until > now()))
    or exists (select from access.wall_member m join access.role k on k.id = m.part_id and k.key = 'wall-custodian' where m.person_id = person and m.since <= now() and m.until > now()
      and not exists (select from access.wall_member o join access.role ok on ok.id = o.part_id and ok.key = 'wall-custodian' join access.person p on p.id = o.person_id and p.state = 'active'
        where o.wall_id = m.wall_id and o.person_id <> person and o.since <= now() and o.until > now()));
end $$;

-- Is somebody another directory's?
create function directory.is_taken(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from directory.person o where o.person_id operator(pg_catalog.=) person and o.gone_at is null)
$$;
-- Who was suspended by the directory itself, and nobody else, comes in again by it.
create function directory.may_return(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.turn t where t.person_id operator(pg_catalog.=) person and t.by_id operator(pg_catalog.=) access.me() and t.state operator(pg_catalog.=) 'suspended')
$$;
-- As whom what a mapping should give and has not yet is given: for the steward.
create function directory.actors_due() returns table (actor_id uuid) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:settle') then raise exception 'for the steward' using errcode = '42501'; end if;
  return query select distinct d.actor_id from directory.mapping m join directory.directory d on d.id = m.directory_id and d.is_on join directory.member k on k.group_id = m.group_id
    where m.ended_at is null and m.until > now() and not exists (select from directory.given v where v.mapping_id = m.id and v.person_id = k.person_id);
end $$;

-- People as a directory sees them: its own, and those of no directory who sign in with an address, where it may take them over.
create view directory.account with (security_invoker = true) as
  select a.id, a.name, a.state, coalesce(d.user_name, c.email) as user_name, d.external_id, d.given_name, d.family_name, d.office, c.email as address, p.email, p.phone, p.title, p.department, p.site_id,
    l.manager_id, m.name as manager, d.directory_id, coalesce(d.added_at, a.created_at) as added_at, greatest(d.changed_at, p.changed_at) as changed_at
  from access.person a join people.person p on p.id = a.id
    left join directory.person d on d.person_id = a.id and d.gone_at is null
    left join identity.credential c on c.person_id = a.id
    left join identity.line l on l.person_id = a.id and l.until = 'infinity' left join access.person m on m.id = l.manager_id
  where a.kind = 'human' and a.state <> 'leaver' and coalesce(d.user_name, c.email) is not null
    and (d.directory_id = directory.own() or (d.person_id is null and not directory.is_taken(a.id) and exists (select from directory.directory x where x.id = directory.own() and x.adopts)));
grant select on directory.account to parapet_person, parapet_org;

revoke execute on function directory.own(), directory.is_decided(uuid, uuid, smallint, uuid), directory.check_keeper(), directory.add(uuid, text, uuid, text, boolean), directory.add_key(uuid, uuid, uuid, bytea, text, timestamptz), directory.end_key(uuid, uuid),
  directory.behind_key(), directory.roles_held(uuid), directory.give(uuid, uuid), directory.is_last_administrator(uuid), directory.take(uuid, uuid), directory.is_kept(uuid), directory.is_taken(uuid), directory.may_return(uuid), directory.actors_due() from public;
grant execute on function directory.own(), directory.is_decided(uuid, uuid, smallint, uuid), directory.add(uuid, text, uuid, text, boolean), directory.add_key(uuid, uuid, uuid, bytea, text, timestamptz), directory.end_key(uuid, uuid),
  directory.behind_key(), directory.roles_held(uuid), directory.give(uuid, uuid), directory.take(uuid, uuid), directory.is_kept(uuid), directory.is_taken(uuid), directory.may_return(uuid), directory.actors_due() to parapet_person, parapet_org;
