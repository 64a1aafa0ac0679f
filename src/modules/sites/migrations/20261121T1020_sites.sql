create schema sites;

-- A site's label is itself: it is seen by who has a grant on it or above it. Names of what stands above come along in `above`.
create table sites.site (
  id         uuid primary key references access.site deferrable initially deferred,
  parent_id  uuid references sites.site check (parent_id <> id),
  code       text not null unique check (code ~ '^[A-Z0-9][A-Z0-9._-]{0,31}$'),
  name       text not null check (name <> ''),
  kind       text not null check (kind in ('region', 'country', 'site', 'building', 'floor', 'zone', 'room')),
  time_zone  text not null check (time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$'),
  country    text check (country ~ '^[A-Z]{2}$'),
  city       text not null default '',
  address    text not null default '',
  latitude   double precision check (latitude between -90 and 90),
  longitude  double precision check (longitude between -180 and 180),
  state      text not null default 'active' check (state in ('active', 'closed')),
  above      text[] not null default '{}',
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  version    int not null default 1,
  check ((latitude is null) = (longitude is null))
);
create index on sites.site (parent_id, name, id);
create index on sites.site (name, id);
grant usage on schema sites to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;

-- Names of what stands above these sites, from the top down.
create function sites.name_above(ids uuid[]) returns void language sql security definer set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
  with placed as materialized (
    select own.id, array(
      select (select u.name from sites.site u where u.id = step.id::uuid)
      from unnest(string_to_array(ltree2text(own.path), '.')) with ordinality as step(id, n) where step.id::uuid <> own.id order by step.n
    ) as names
    from access.site own where own.id = any (ids)
  )
  update sites.site s set above = placed.names from placed where placed.id = s.id and s.above is distinct from placed.names
$$;
revoke execute on function sites.name_above(uuid[]) from public;

-- The kernel is told of the tree. New sites come all at once, so that an import refreshes each reader's sight once.
-- Sequential scans are off in these functions: a table that was empty when the plan was made looks small while it is filled.
create function sites.on_made() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
declare
  fresh uuid[];
begin
  perform pg_advisory_xact_lock_shared(7204, 21);
  with recursive placed as (
    select m.id, case when a.id is null then own.step else a.path || own.step end as path
    from made m left join access.site a on a.id = m.parent_id cross join lateral (select replace(m.id::text, '-', '')::ltree as step) own
    where m.parent_id is null or a.id is not null
    union all
    select m.id, p.path || replace(m.id::text, '-', '')::ltree from made m join placed p on p.id = m.parent_id
  ), put as (insert into access.site (id, path) select id, path from placed returning id)
  select array_agg(id) into fresh from put;
  if cardinality(fresh) is distinct from (select nullif(count(*), 0)::int from made) then raise exception 'a site cannot stand below itself' using errcode = '23514'; end if;
  if exists (select from access.site s where s.id = any (fresh) and nlevel(s.path) > 16) then raise exception 'the tree has at most 16 levels' using errcode = '23514'; end if;
  if exists (select from made m join sites.site p on p.id = m.parent_id where m.state = 'active' and p.state = 'closed') then
    raise exception 'nothing active stands below a closed site' using errcode = '23514';
  end if;
  perform access.refresh_sight(p.person_id) from (
    select distinct g.person_id from access.grant g join access.site top on top.id = g.site_id join access.site s on s.path <@ top.path where s.id = any (fresh)
  ) p;
  perform sites.name_above(fresh);
  return null;
end $$;
create trigger tell_kernel after insert on sites.site referencing new table as made for each statement execute function sites.on_made();

create function sites.on_moved() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if new.parent_id is distinct from old.parent_id then
    perform pg_advisory_xact_lock(7204, 21);
    perform access.place_site(new.id, new.parent_id);
  end if;
  select array_agg(below.id) into moved from access.site top join access.site below on below.path <@ top.path where top.id = new.id;
  if exists (select from access.site s where s.id = any (moved) and nlevel(s.path) > 16) then raise exception 'the tree has at most 16 levels' using errcode = '23514'; end if;
  perform sites.name_above(moved);
  return null;
end $$;
create trigger tell_kernel_of_move after update of parent_id, name on sites.site
  for each row when (old.parent_id is distinct from new.parent_id or old.name <> new.name) execute function sites.on_moved();

-- A site is moved only to where its mover may write as well.
create function sites.check_move() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not access.may_at(new.parent_id, null, access.permission()) then
    raise exception 'not for you' using errcode = '42501';
  end if;
  return new;
end $$;

create trigger check_move before update of parent_id on sites.site
  for each row when (old.parent_id is distinct from new.parent_id) execute function sites.check_move();

-- Below a closed site nothing is active; the lock is the one of the tree.
create function sites.check_state() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7204, 21);
  if new.state = 'active' and exists (select from sites.site p where p.id = new.parent_id and p.state = 'closed')
    or new.state = 'closed' and exists (select from sites.site c where c.parent_id = new.id and c.state = 'active') then
    raise exception 'nothing active stands below a closed site' using errcode = '23514';
  end if;
  return null;
end $$;
create trigger check_state after update of parent_id, state on sites.site
  for each row when ((old.parent_id, old.state) is distinct from (new.parent_id, new.state)) execute function sites.check_state();

alter table sites.site enable row level security;
grant select, insert, update on sites.site to parapet_person, parapet_org;
do $$
declare
  reads text := access.sight_clause('site.id', quote_literal('sites:read'));
  own text := $q$starts_with((select access.permission()), 'sites:')$q$;
  here text := access.sight_clause('site.id', '(select access.permission())');
  above text := access.sight_clause('site.parent_id', '(select access.permission())');
  org text := '(select access.org_may((select access.permission())))';
begin
  execute format('create policy person_select on sites.site for select to parapet_person using (%s)', reads);
  execute format('create policy person_insert on sites.site for insert to parapet_person with check (%s and %s)', own, above);
  execute format('create policy person_update on sites.site for update to parapet_person using (%s and %s) with check (%s and %s)', own, here, own, here);
  execute format('create policy org_select on sites.site for select to parapet_org using ((select access.org_may(%L)) or %s)', 'sites:read', reads);
  execute format('create policy org_insert on sites.site for insert to parapet_org with check (%s and (%s or %s))', own, org, above);
  execute format('create policy org_update on sites.site for update to parapet_org using (%s and (%s or %s)) with check (%s and (%s or %s))', own, org, here, own, org, here);
end $$;

-- Which of these codes exist: codes are the organisation's, so who makes sites learns that one is taken, and no more.
create function sites.codes_taken(wanted text[]) returns table (code text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not (access.holds(access.me(), 'sites:write') or access.holds(access.me(), 'sites:import')) then raise exception 'not for you' using errcode = '42501'; end if;
  return query select s.code from sites.site s where s.code = any (wanted);
end $$;

-- What other modules' lists may join: under the reader's own sight.
create view sites.v_site with (security_invoker = true) as select id, code, name, time_zone, state from sites.site;
grant select on sites.v_site to parapet_person, parapet_org;
