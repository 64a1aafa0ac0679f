-- Two records of the same event: one lives on, the other points to it. What each holds stays its own, so that taking them apart restores both.
alter table incidents.incident add column merged_into uuid references incidents.incident on delete set null,
  add check (merged_into is null or state = 'closed'), add check (merged_into <> id);
create index on incidents.incident (merged_into) where merged_into is not null;

create table incidents.incident_merge (
  id                  uuid primary key,
  -- The one that points, and the one that lives on.
  incident_id         uuid not null references incidents.incident on delete cascade,
  into_id             uuid not null references incidents.incident on delete cascade,
  reason              text not null check (reason <> ''),
  -- How the one that points stood before.
  was_state           text not null check (was_state in ('open', 'closed')),
  was_closed_by       uuid references access.person,
  was_closed_at       timestamptz,
  was_closure_reason  text,
  was_closure_summary text,
  merged_by           uuid not null references access.person,
  merged_at           timestamptz not null,
  undone_by           uuid references access.person,
  undone_at           timestamptz,
  undone_reason       text,
  check ((undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_reason is null))
);
create unique index on incidents.incident_merge (incident_id) where undone_at is null;
create index on incidents.incident_merge (into_id);
create index on incidents.incident_merge (incident_id);
select access.protect_child('incidents.incident_merge', 'incidents', 'incidents.incident', 'incident_id', '{"into_id": "incidents.incident"}');
select retention.protect('incidents.incident_merge', 'incidents.incident', 'incident_id');

-- A merge is one step long and stays under one label: who sees the one sees the other. What is hidden is refused like what is not there.
create function incidents.keep_merges() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.merged_into is not null and not exists (select from incidents.incident o where o.id operator(pg_catalog.=) new.merged_into and (o.site_id, o.wall_id) is not distinct from (new.site_id, new.wall_id)) then
    raise exception 'no such incident under this label' using errcode = '23503';
  end if;
  if new.merged_into is not null and exists (select from incidents.incident o where (o.id operator(pg_catalog.=) new.merged_into and o.merged_into is not null) or o.merged_into operator(pg_catalog.=) new.id) then
    raise exception 'a merge is one step long' using errcode = '23514';
  end if;
  if exists (select from incidents.incident o where o.merged_into operator(pg_catalog.=) new.id and (o.site_id, o.wall_id) is distinct from (new.site_id, new.wall_id)) then
    raise exception 'a merge stays under one label' using errcode = '23514';
  end if;
  return new;
end $$;
revoke execute on function incidents.keep_merges() from public;
create trigger keep_merges before insert or update of merged_into, site_id, wall_id on incidents.incident for each row execute function incidents.keep_merges();

-- What points to another is not counted beside it.
create or replace view incidents.v_incident_fact with (security_invoker = true) as
  select i.id, i.number, i.title, i.site_id, i.type_key, i.severity, i.state, i.occurred_from, i.known_at, i.closed_at,
    case when i.type_key is not null then coalesce((select min(s.at) from incidents.step s where s.incident_id = i.id and s.verb = 'classified' and s.was is null), i.declared_at) end as classified_at
  from incidents.incident i where i.wall_id is null and not i.is_simulated and i.merged_into is null;

-- What points to another is part of it, and goes after it.
create or replace function incidents.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select i.id, i.id, i.closed_at from incidents.incident i where i.state = 'closed' and i.merged_into is null and i.closed_at <= before and (among is null or i.id = any (among)) order by i.closed_at, i.id limit most
$$;
