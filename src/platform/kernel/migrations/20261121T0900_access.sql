-- Who may see and do what, decided in the database. docs/decisions/2026-11-21-access-in-the-database.md
create extension if not exists ltree;
create extension if not exists pg_trgm;
create schema if not exists access;

create table access.person (
  id         uuid primary key,
  kind       text not null check (kind in ('human', 'service')),
  name       text not null check (name <> ''),
  state      text not null check (state in ('invited', 'active', 'suspended', 'leaver')),
  db_role    text not null default 'parapet_person' check (db_role in ('parapet_person', 'parapet_org')),
  created_at timestamptz not null default now()
);

create table access.session (
  token_hash   bytea primary key,
  id           uuid not null unique,
  person_id    uuid not null references access.person,
  kind         text not null check (kind in ('browser', 'key')),
  label        text not null default '',
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at   timestamptz not null,
  address      text,
  agent        text
);
create index on access.session (person_id);

create table access.role (
  id             smallint primary key generated always as identity,
  key            text not null unique,
  title          text not null,
  purpose        text not null default '',
  kind           text not null check (kind in ('human', 'service', 'part')),
  max_grant_days int
);
create table access.role_permission (
  permission text,
  role_id    smallint references access.role,
  primary key (permission, role_id)
);

create table access.site (
  id   uuid primary key,
  path ltree not null
);
create index on access.site using gist (path);

create table access.grant (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  role_id    smallint not null references access.role,
  site_id    uuid references access.site,
  since      timestamptz not null default now(),
  until      timestamptz not null default 'infinity',
  reason     text not null default '',
  granted_by uuid references access.person,
  check (since < until)
);
create index on access.grant (person_id);
create index on access.grant (site_id);

create table access.wall (
  id         uuid primary key,
  opened_by  uuid not null references access.person,
  opened_at  timestamptz not null default now()
);
create table access.wall_member (
  wall_id   uuid not null references access.wall,
  person_id uuid not null references access.person,
  part_id   smallint not null references access.role,
  since     timestamptz not null default now(),
  until     timestamptz not null default 'infinity',
  primary key (wall_id, person_id)
);
create index on access.wall_member (person_id);

create table access.sight (
  person_id uuid not null,
  role_id   smallint not null,
  label     uuid not null,
  since     timestamptz not null,
  until     timestamptz not null,
  primary key (person_id, role_id, label)
);
create index on access.sight (label, person_id);

create function access.me() returns uuid language sql stable parallel safe
  as $$ select nullif(pg_catalog.current_setting('parapet.person', true), '')::uuid $$;

create function access.permission() returns text language sql stable parallel safe
  as $$ select pg_catalog.current_setting('parapet.permission', true) $$;

-- Does this person hold the permission anywhere: in the organisation, on a site, or by a part of a wall?
create function access.holds(person uuid, wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select wanted = '' or exists (
    select from access.grant g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id and r.permission operator(pg_catalog.=) wanted
    where g.person_id operator(pg_catalog.=) person and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
  ) or exists (
    select from access.wall_member m join access.role_permission r on r.role_id operator(pg_catalog.=) m.part_id and r.permission operator(pg_catalog.=) wanted
    where m.person_id operator(pg_catalog.=) person and m.since <= pg_catalog.now() and m.until > pg_catalog.now()
  )
$$;

-- Does the person of this statement hold the permission over the whole organisation?
create function access.org_may(wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from access.grant g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id and r.permission operator(pg_catalog.=) wanted
    where g.person_id operator(pg_catalog.=) access.me() and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
  )
$$;

-- May the person of this statement do this to a record with these labels? For single rows; lists ask by policy.
create function access.may_at(site uuid, wall uuid, wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select (wall is null and access.org_may(wanted)) or exists (
    select from access.sight s join access.role_permission r on r.role_id operator(pg_catalog.=) s.role_id and r.permission operator(pg_catalog.=) wanted
    where s.person_id operator(pg_catalog.=) access.me() and s.label operator(pg_catalog.=) coalesce(wall, site) and s.since <= pg_catalog.now() and s.until > pg_catalog.now()
  )
$$;

create function access.org_permissions() returns text[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(pg_catalog.array_agg(distinct r.permission), '{}') from access.grant g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id
  where g.person_id operator(pg_catalog.=) access.me() and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
$$;

-- Materialises who sees which label. Organisation grants are not expanded: they are the database role parapet_org.
create function access.refresh_sight(who uuid) returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from access.sight where person_id = who;
  insert into access.sight (person_id, role_id, label, since, until)
  select who, role_id, label, min(since), max(until) from (
    select g.role_id, s.id as label, g.since, g.until
    from access.grant g join access.site top on top.id = g.site_id join access.site s on s.path <@ top.path
    where g.person_id = who
    union all
    select m.part_id, m.wall_id, m.since, m.until from access.wall_member m where m.person_id = who
  ) x group by role_id, label;
  update access.person set db_role = case when exists (select from access.grant where person_id = who and site_id is null) then 'parapet_org' else 'parapet_person' end
  where id = who and db_role is distinct from case when exists (select from access.grant where person_id = who and site_id is null) then 'parapet_org' else 'parapet_person' end;
$$;

create function access.on_grant() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op <> 'INSERT' then perform access.refresh_sight(old.person_id); end if;
  if tg_op <> 'DELETE' then perform access.refresh_sight(new.person_id); end if;
  return null;
end $$;
create trigger refresh_sight after insert or update or delete on access.grant for each row execute function access.on_grant();
create trigger refresh_sight after insert or update or delete on access.wall_member for each row execute function access.on_grant();

-- The tree of sites as the kernel needs it; the module `sites` keeps it by trigger.
create function access.place_site(site uuid, parent uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  own text := replace(site::text, '-', '');
  above ltree;
  before ltree;
  placed ltree;
begin
  if parent is not null then
    select path into above from access.site where id = parent;
    if above is null then raise exception 'no such parent site' using errcode = '23503'; end if;
    if above ~ ('*.' || own || '.*')::lquery then raise exception 'a site cannot stand below itself' using errcode = '23514'; end if;
  end if;
  placed := case when above is null then own::ltree else above || own::ltree end;
  select path into before from access.site s where s.id = place_site.site;
  if before is null then
    insert into access.site (id, path) values (place_site.site, placed);
  elsif before <> placed then
    update access.site s set path = case when s.id = place_site.site then placed else placed || subpath(s.path, nlevel(before)) end where s.path <@ before;
  else
    return;
  end if;
  perform access.refresh_sight(p.person_id) from (
    select distinct g.person_id from access.grant g join access.site top on top.id = g.site_id where top.path @> placed or top.path @> before
  ) p;
end $$;

-- A wall is opened by the person of this statement, who leads it; others are let in by who holds the permission behind it.
create function access.open_wall(wall uuid, part_key text) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is null then raise exception 'no person' using errcode = '42501'; end if;
  insert into access.wall (id, opened_by) values (wall, access.me());
  insert into access.wall_member (wall_id, person_id, part_id) select wall, access.me(), id from access.role where key = part_key and kind = 'part';
end $$;
create function access.admit(wall uuid, person uuid, part_key text, ends timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = access.permission()
    where s.person_id = access.me() and s.label = wall and s.since <= now() and s.until > now()
  ) then raise exception 'not behind this wall' using errcode = '42501'; end if;
  insert into access.wall_member (wall_id, person_id, part_id, until) select wall, person, id, ends from access.role where key = part_key and kind = 'part'
  on conflict (wall_id, person_id) do update set part_id = excluded.part_id, until = excluded.until, since = least(access.wall_member.since, excluded.since);
end $$;

-- The text of the two questions, used by every policy.
create function access.sight_clause(label text, permission_expression text) returns text language sql immutable as $$
  select format('exists (select from access.sight s where s.person_id = (select access.me()) and s.label = %s and s.since <= now() and s.until > now() and s.role_id in (select r.role_id from access.role_permission r where r.permission = %s))', label, permission_expression)
$$;

-- Protects a table of records: it has site_id, wall_id and the generated sight_id. `parents` maps a column to the
-- protected table it refers to: a reference to a row that the writer cannot see is refused like one to a row that isn't there.
create function access.protect(tbl regclass, module text, read_permission text, parents jsonb default '{}') returns void language plpgsql as $$
declare
  reads text := access.sight_clause('sight_id', quote_literal(read_permission));
  writes text := access.sight_clause('sight_id', '(select access.permission())');
  own text := format('starts_with((select access.permission()), %L)', module || ':');
  refs text := '';
  col text;
  parent text;
begin
  for col, parent in select * from jsonb_each_text(parents) loop
    refs := refs || format(' and (%I is null or exists (select from %s parent where parent.id = %I))', col, parent, col);
  end loop;
  execute format('alter table %s enable row level security', tbl);
  execute format('grant select, insert, update on %s to parapet_person, parapet_org', tbl);
  execute format('create policy person_select on %s for select to parapet_person using (%s)', tbl, reads);
  execute format('create policy person_insert on %s for insert to parapet_person with check (%s and %s%s)', tbl, own, writes, refs);
  execute format('create policy person_update on %s for update to parapet_person using (%s and %s) with check (%s and %s%s)', tbl, own, writes, own, writes, refs);
  execute format('create policy org_select on %s for select to parapet_org using ((wall_id is null and (select access.org_may(%L))) or %s)', tbl, read_permission, reads);
  execute format('create policy org_insert on %s for insert to parapet_org with check (%s and ((wall_id is null and (select access.org_may((select access.permission())))) or %s)%s)', tbl, own, writes, refs);
  execute format('create policy org_update on %s for update to parapet_org using (%s and ((wall_id is null and (select access.org_may((select access.permission())))) or %s)) with check (%s and ((wall_id is null and (select access.org_may((select access.permission())))) or %s)%s)', tbl, own, writes, own, writes, refs);
end $$;

-- Protects rows that belong to a record and share its sight (log lines, people involved, losses).
create function access.protect_child(tbl regclass, module text, parent text, fk text, parents jsonb default '{}') returns void language plpgsql as $$
declare
  writes text := access.sight_clause('parent.sight_id', '(select access.permission())');
  own text := format('starts_with((select access.permission()), %L)', module || ':');
  sees text := format('exists (select from %s parent where parent.id = %I)', parent, fk);
  person_writes text := format('%s and exists (select from %s parent where parent.id = %I and %s)', own, parent, fk, writes);
  org_writes text := format('%s and exists (select from %s parent where parent.id = %I and ((parent.wall_id is null and (select access.org_may((select access.permission())))) or %s))', own, parent, fk, writes);
  refs text := '';
  col text;
  other text;
begin
  for col, other in select * from jsonb_each_text(parents) loop
    refs := refs || format(' and (%I is null or exists (select from %s other where other.id = %I))', col, other, col);
  end loop;
  execute format('alter table %s enable row level security', tbl);
  execute format('grant select, insert, update on %s to parapet_person, parapet_org', tbl);
  execute format('create policy child_select on %s for select to parapet_person, parapet_org using (%s)', tbl, sees);
  execute format('create policy person_insert on %s for insert to parapet_person with check (%s%s)', tbl, person_writes, refs);
  execute format('create policy person_update on %s for update to parapet_person using (%s) with check (%s%s)', tbl, person_writes, person_writes, refs);
  execute format('create policy org_insert on %s for insert to parapet_org with check (%s%s)', tbl, org_writes, refs);
  execute format('create policy org_update on %s for update to parapet_org using (%s) with check (%s%s)', tbl, org_writes, org_writes, refs);
end $$;

-- Guards a table of the organisation's settings: read with one permission (null: any person), written with permissions of these modules.
create function access.guard(tbl regclass, read_permission text, modules text[]) returns void language plpgsql as $$
declare
  reads text := case when read_permission is null then '(select access.me()) is not null' else format('(select access.holds((select access.me()), %L))', read_permission) end;
  writes text := format('split_part((select access.permission()), '':'', 1) = any (%L) and (select access.holds((select access.me()), (select access.permission())))', modules);
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('grant select, insert, update, delete on %s to parapet_person, parapet_org', tbl);
  execute format('create policy guard_select on %s for select to parapet_person, parapet_org using (%s)', tbl, reads);
  execute format('create policy guard_insert on %s for insert to parapet_person, parapet_org with check (%s)', tbl, writes);
  execute format('create policy guard_update on %s for update to parapet_person, parapet_org using (%s) with check (%s)', tbl, writes, writes);
  execute format('create policy guard_delete on %s for delete to parapet_person, parapet_org using (%s)', tbl, writes);
end $$;

grant usage on schema access to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;
grant select on access.session, access.person to parapet_login;
grant select on access.sight, access.role, access.role_permission to parapet_person, parapet_org;
grant select on access.site to parapet_person, parapet_org;
revoke execute on function access.refresh_sight(uuid), access.place_site(uuid, uuid) from public;
revoke execute on function access.open_wall(uuid, text), access.admit(uuid, uuid, text, timestamptz) from public;
grant execute on function access.open_wall(uuid, text), access.admit(uuid, uuid, text, timestamptz) to parapet_person, parapet_org;

select access.guard('access.person', null, '{people,identity}');
select access.guard('access.session', 'identity:sessions', '{identity,signals}');
create policy own_select on access.session for select to parapet_person, parapet_org using (person_id = (select access.me()));
create policy own_delete on access.session for delete to parapet_person, parapet_org using (person_id = (select access.me()));
create policy login_select on access.session for select to parapet_login using (true);
create policy login_select on access.person for select to parapet_login using (true);
select access.guard('access.grant', 'identity:read', '{identity}');
create policy own_select on access.grant for select to parapet_person, parapet_org using (person_id = (select access.me()));
-- Nobody grants to himself, nor lifts a right of his own.
create policy never_own on access.grant as restrictive for insert to parapet_person, parapet_org with check (person_id <> (select access.me()));
create policy never_own_update on access.grant as restrictive for update to parapet_person, parapet_org using (person_id <> (select access.me())) with check (person_id <> (select access.me()));
alter table access.wall_member enable row level security;
grant select, delete on access.wall_member to parapet_person, parapet_org;
create policy behind_select on access.wall_member for select to parapet_person, parapet_org
  using (exists (select from access.sight s where s.person_id = (select access.me()) and s.label = wall_id and s.since <= now() and s.until > now()));
create policy behind_delete on access.wall_member for delete to parapet_person, parapet_org
  using (exists (select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = (select access.permission()) where s.person_id = (select access.me()) and s.label = wall_id and s.since <= now() and s.until > now()));
alter table access.wall enable row level security;
