create schema cases;
grant usage on schema cases to parapet_login, parapet_person, parapet_org;

-- A case stands behind a wall of its own from its first second: there is no case without one, and it never loses it.
create table cases.case (
  id         uuid primary key,
  number     text not null unique,
  title      text not null check (length(title) between 1 and 200),
  summary    text not null default '' check (length(summary) <= 20000),
  -- A key of the allegation types (content/allegations.json).
  type_key   text not null check (type_key ~ '^[a-z][a-z-]{1,39}$'),
  state      text not null default 'assessing' check (state in ('assessing', 'investigating', 'reviewing', 'closed')),
  -- Where it belongs; who sees that site sees nothing of the case.
  site_id    uuid references access.site,
  wall_id    uuid not null unique references access.wall,
  sight_id   uuid generated always as (coalesce(wall_id, site_id)) stored,
  source     text not null default 'own' check (source in ('own', 'incident', 'alarm', 'report')),
  lead_id    uuid not null references access.person,
  opened_by  uuid not null references access.person,
  opened_at  timestamptz not null,
  closed_at  timestamptz,
  version    int not null default 1,
  check ((state = 'closed') = (closed_at is not null))
) with (fillfactor = 85);
create index on cases.case (sight_id, state, opened_at desc, id desc);
create index on cases.case (opened_at desc, id desc);
create index on cases.case (closed_at) where state = 'closed';
select access.protect('cases.case', 'cases', 'cases:read');

create function cases.keep_wall() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.wall_id is distinct from old.wall_id then raise exception 'a case stays behind its wall' using errcode = '42501'; end if;
  return new;
end $$;
revoke execute on function cases.keep_wall() from public;
create trigger keep_wall before update of wall_id on cases.case for each row execute function cases.keep_wall();

-- The changes of the case itself, for its timeline; the ledger holds the proof of each.
create table cases.step (
  id        uuid primary key,
  case_id   uuid not null references cases.case on delete cascade,
  verb      text not null check (verb ~ '^[a-z][a-z-]{1,39}$'),
  at        timestamptz not null,
  person_id uuid not null references access.person,
  was       text,
  became    text,
  reason    text not null default ''
);
create index on cases.step (case_id, at);
select access.protect_child('cases.step', 'cases', 'cases.case', 'case_id');

-- Who investigates a case may keep its wall, where its custodian goes; as in identity, with the parts of a case.
create or replace function identity.next_custodian(wall uuid, gone uuid) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select m.person_id from access.wall_member m join access.role r on r.id = m.part_id and r.key not in ('wall-lead', 'case-lead') join access.person p on p.id = m.person_id and p.state = 'active' and p.kind = 'human'
     where m.wall_id = wall and m.person_id <> gone and m.since <= now() and m.until = 'infinity' and r.key in ('wall-writer', 'wall-reader', 'wall-custodian', 'case-observer', 'case-investigator') and not access.is_barred(wall, m.person_id) order by r.key = 'wall-custodian' desc, r.key = 'case-observer' desc, m.since, m.person_id limit 1),
    (select g.person_id from access.grant g join access.person p on p.id = g.person_id and p.state = 'active' and p.kind = 'human'
     where g.site_id is null and g.since <= now() and g.until > now() and g.person_id <> gone and not access.is_barred(wall, g.person_id)
       and not exists (select from access.wall_member m where m.wall_id = wall and m.person_id = g.person_id and m.until > now())
       and exists (select from access.role_permission r join access.role_permission c on c.permission = r.permission join access.role k on k.id = c.role_id and k.key = 'wall-custodian' where r.role_id = g.role_id and r.permission like '%:wall')
     order by g.since, g.person_id limit 1))
$$;

-- Under retention and legal holds.
create function cases.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select c.id, c.id, c.closed_at from cases.case c where c.state = 'closed' and c.closed_at <= before and (among is null or c.id = any (among)) order by c.closed_at, c.id limit most
$$;
create function cases.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select c.id, c.id, c.site_id, c.opened_at, null::timestamptz, array(select c.opened_by union select c.lead_id) from cases.case c where c.id = any (ids)
$$;
create function cases.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from cases.case where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function cases.let_go(uuid[]) from public;
select retention.protect('cases.case', 'cases.case', 'id');
select retention.protect('cases.step', 'cases.case', 'case_id');
