-- Seeing with the rights of another: a lens is who a statement acts as meanwhile. It holds what both its viewer and whom they
-- see as hold, nothing behind a wall, and nothing of anybody's own; so no policy can show through it what its viewer may not
-- see. docs/decisions/2026-11-21-see-as-is-an-intersection.md
create table access.lens (
  id         uuid primary key,
  session_id uuid not null unique references access.session (id) on delete cascade,
  viewer_id  uuid not null references access.person,
  as_person  uuid references access.person,
  as_role    smallint references access.role,
  site_id    uuid references access.site,
  title      text not null check (title <> ''),
  place      text not null default '',
  db_role    text not null check (db_role in ('parapet_person', 'parapet_org')),
  begun_at   timestamptz not null default now(),
  until      timestamptz not null,
  check (num_nonnulls(as_person, as_role) = 1),
  check (site_id is null or as_role is not null),
  check (as_person <> viewer_id),
  check (until > begun_at and until <= begun_at + interval '1 hour')
);
create index on access.lens (viewer_id);
create index on access.lens (as_person);
create table access.lens_grant (
  lens_id uuid not null references access.lens on delete cascade,
  role_id smallint not null references access.role,
  site_id uuid references access.site,
  since   timestamptz not null,
  until   timestamptz not null
);
create index on access.lens_grant (lens_id);
alter table access.lens enable row level security;
alter table access.lens_grant enable row level security;
grant select on access.lens to parapet_person, parapet_org;
grant select (id, session_id, viewer_id, db_role, until) on access.lens to parapet_login;
grant select on access.lens_grant to parapet_person, parapet_org;
create policy login_select on access.lens for select to parapet_login using (true);
create policy own_select on access.lens for select to parapet_person, parapet_org using ((select access.me()) in (id, viewer_id));
create policy own_select on access.lens_grant for select to parapet_person, parapet_org using (lens_id = (select access.me()));

-- What two roles both may is a role of kind `lens`; nobody is given one.
alter table access.role drop constraint role_kind_check, add constraint role_kind_check check (kind in ('human', 'service', 'part', 'lens'));

-- What people were given, and what lenses hold: one question for both.
create view access.given with (security_invoker = true) as
  select g.person_id, g.role_id, g.site_id, g.since, g.until from access.grant g
  union all
  select l.lens_id, l.role_id, l.site_id, l.since, l.until from access.lens_grant l;

create or replace function access.holds(person uuid, wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select wanted = '' or exists (
    select from access.given g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id and r.permission operator(pg_catalog.=) wanted
    where g.person_id operator(pg_catalog.=) person and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
  ) or exists (
    select from access.wall_member m join access.role_permission r on r.role_id operator(pg_catalog.=) m.part_id and r.permission operator(pg_catalog.=) wanted
    where m.person_id operator(pg_catalog.=) person and m.since <= pg_catalog.now() and m.until > pg_catalog.now()
  )
$$;
create or replace function access.org_may(wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from access.given g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id and r.permission operator(pg_catalog.=) wanted
    where g.person_id operator(pg_catalog.=) access.me() and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
  )
$$;
create or replace function access.org_permissions() returns text[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(pg_catalog.array_agg(distinct r.permission), '{}') from access.given g join access.role_permission r on r.role_id operator(pg_catalog.=) g.role_id
  where g.person_id operator(pg_catalog.=) access.me() and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()
$$;
create or replace function platform.outbox_since(after_xid xid8, after_seq bigint, people uuid[], most int)
returns table (xid xid8, seq bigint, topic text, record_id uuid, at timestamptz, seers uuid[]) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with told as materialized (
    select o.* from platform.outbox o
    where (o.xid, o.seq) > (after_xid, after_seq) and o.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by o.xid, o.seq limit most
  ), who as materialized (
    select p.id from access.person p where p.id = any (people) and p.state = 'active'
    union all
    select l.id from access.lens l where l.id = any (people) and l.until > now()
  )
  select t.xid, t.seq, t.topic, t.record_id, t.at, case when t.person_id is not null then array(select w.id from who w where w.id = t.person_id) else array(
    select w.id from who w where
      (t.wall_id is null and exists (
        select from access.given g join access.role_permission r on r.role_id = g.role_id and r.permission = t.read_permission
        where g.person_id = w.id and g.site_id is null and g.since <= now() and g.until > now()))
      or exists (
        select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = t.read_permission
        where s.person_id = w.id and s.label = t.sight_id and s.since <= now() and s.until > now())
  ) end from told t order by t.xid, t.seq
$$;

-- Where what was given to one and what was given to another meet: of two places the one within the other, of two spans what is in both.
create function access.meet(viewer uuid, as_person uuid, as_role smallint, site uuid, ends timestamptz)
returns table (a smallint, b smallint, site_id uuid, since timestamptz, until timestamptz) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with theirs as (
    select g.role_id, g.site_id, g.since, g.until from access.grant g where g.person_id = as_person
    union all select as_role, site, now(), 'infinity' where as_role is not null
  )
  select v.role_id, t.role_id, case when t.site_id is null or own.path <@ other.path then v.site_id else t.site_id end, greatest(v.since, t.since), least(v.until, t.until, ends)
  from access.grant v cross join theirs t left join access.site own on own.id = v.site_id left join access.site other on other.id = t.site_id
  where v.person_id = viewer and greatest(v.since, t.since) < least(v.until, t.until, ends) and least(v.until, t.until) > now()
    and (v.site_id is null or t.site_id is null or own.path <@ other.path or other.path <@ own.path)
    and exists (select from access.role_permission x join access.role_permission y on y.permission = x.permission and y.role_id = t.role_id where x.role_id = v.role_id)
$$;

-- The role that stands for what two roles both may: one of the two where they are the same, else made and kept up here.
create function access.role_of_both(a smallint, b smallint) returns smallint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  name text := format('lens:%s-%s', least(a, b), greatest(a, b));
  made smallint;
begin
  if a = b then return a; end if;
  insert into access.role (key, title, kind) values (name, 'What two roles both may', 'lens') on conflict (key) do nothing;
  select r.id into made from access.role r where r.key = name;
  delete from access.role_permission p where p.role_id = made and not (
    exists (select from access.role_permission x where x.role_id = a and x.permission = p.permission) and exists (select from access.role_permission y where y.role_id = b and y.permission = p.permission));
  insert into access.role_permission (permission, role_id) select x.permission, made from access.role_permission x join access.role_permission y on y.permission = x.permission and y.role_id = b where x.role_id = a on conflict do nothing;
  return made;
end $$;

-- Begins, for the person of this statement and the browser's session with this token. Whom they see as is a person with
-- whatever they hold now, or a role over the whole organisation or a site and all below it.
create function access.begin_lens(lens uuid, token bytea, other uuid, role_key text, site uuid, words text, whence text, minutes int) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  viewer uuid := access.me();
  its_session uuid := (select s.id from access.session s where s.token_hash = token and s.person_id = viewer and s.kind = 'browser' and s.expires_at > now());
  its_role smallint := (select r.id from access.role r where r.key = role_key and r.kind = 'human');
  ends timestamptz := now() + make_interval(mins => minutes);
begin
  if access.permission() <> 'identity:see-as' or not access.holds(viewer, 'identity:see-as') or its_session is null
    or not exists (select from access.person p where p.id = viewer and p.kind = 'human')
    or (other is not null and not (access.holds(viewer, 'identity:read') and exists (select from access.person p where p.id = other and p.kind = 'human')))
  then raise exception 'not for you' using errcode = '42501'; end if;
  perform access.role_of_both(m.a, m.b) from (select distinct x.a, x.b from access.meet(viewer, other, its_role, site, ends) x) m;
  delete from access.lens l where l.session_id = its_session;
  insert into access.lens (id, session_id, viewer_id, as_person, as_role, site_id, title, place, db_role, until) values (lens, its_session, viewer, other, its_role, site, words, whence, 'parapet_person', ends);
  insert into access.lens_grant (lens_id, role_id, site_id, since, until) select distinct lens, access.role_of_both(m.a, m.b), m.site_id, m.since, m.until from access.meet(viewer, other, its_role, site, ends) m;
  perform access.place_lens(lens);
end $$;
create function access.place_lens(lens uuid) returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into access.sight (person_id, role_id, label, since, until)
    select lens, g.role_id, s.id, g.since, max(g.until) from access.lens_grant g join access.site top on top.id = g.site_id join access.site s on s.path <@ top.path where g.lens_id = lens group by g.role_id, s.id, g.since;
  update access.lens l set db_role = 'parapet_org' where l.id = lens and exists (select from access.lens_grant g where g.lens_id = lens and g.site_id is null);
$$;

-- Its viewer ends it, and so does time.
create function access.end_lens(lens uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.lens l where l.id operator(pg_catalog.=) lens and l.viewer_id operator(pg_catalog.=) access.me()
$$;
create function access.end_lenses_over() returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.lens l where l.until <= pg_catalog.now()
$$;

-- However it ends, with its session too, what it held goes and the ledger says so.
create function access.on_lens_end() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from access.sight s where s.person_id = old.id;
  insert into ledger.entry (actor, verb, record_id, body) values (coalesce(access.me(), old.viewer_id), 'identity.see-as-ended', old.viewer_id, format('{"after":{"id":%s,"lensId":%s}}', to_json(old.viewer_id::text), to_json(old.id::text)));
  return null;
end $$;
create trigger lens_ends after delete on access.lens for each row execute function access.on_lens_end();

-- It holds what both held when it began: whatever changes of that ends it.
create function access.end_lenses() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'grant' then
    if tg_op <> 'INSERT' then delete from access.lens l where old.person_id in (l.viewer_id, l.as_person); end if;
    if tg_op <> 'DELETE' then delete from access.lens l where new.person_id in (l.viewer_id, l.as_person); end if;
  else
    delete from access.lens;
  end if;
  return null;
end $$;
create function access.end_lenses_of_roles() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from gone) then delete from access.lens; end if;
  return null;
end $$;
create trigger lenses_end after insert or update or delete on access.grant for each row execute function access.end_lenses();
create trigger lenses_end after update of path on access.site for each statement execute function access.end_lenses();
create trigger lenses_end after delete on access.role_permission referencing old table as gone for each statement execute function access.end_lenses_of_roles();

revoke execute on function access.meet(uuid, uuid, smallint, uuid, timestamptz), access.role_of_both(smallint, smallint), access.begin_lens(uuid, bytea, uuid, text, uuid, text, text, int), access.place_lens(uuid),
  access.end_lens(uuid), access.end_lenses_over(), access.on_lens_end(), access.end_lenses(), access.end_lenses_of_roles() from public;
grant execute on function access.begin_lens(uuid, bytea, uuid, text, uuid, text, text, int), access.end_lens(uuid), access.end_lenses_over() to parapet_person, parapet_org;
