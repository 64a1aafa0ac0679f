-- Procedures are the organisation's: a version never changes, and a run keeps the one with which it began.
create schema procedures;
grant usage on schema procedures to parapet_login, parapet_person, parapet_org;

create table procedures.procedure (
  id       uuid primary key,
  key      text not null unique check (key ~ '^[a-z][a-z0-9-]{1,59}$'),
  title    text not null check (title <> ''),
  -- The version in force, and the newest one.
  active   int,
  latest   int not null check (latest >= 1),
  made_at  timestamptz not null,
  -- Null: it came with the product.
  made_by  uuid references access.person
);

create table procedures.version (
  procedure_id uuid not null references procedures.procedure,
  version      int not null check (version >= 1),
  content      jsonb not null,
  made_at      timestamptz not null,
  made_by      uuid references access.person,
  -- When it was put in force the last time, by whose decision, and why.
  in_force_at  timestamptz,
  in_force_by  uuid references access.person,
  reason       text,
  primary key (procedure_id, version),
  check ((in_force_at is null) = (in_force_by is null))
);
alter table procedures.procedure add foreign key (id, active) references procedures.version deferrable initially deferred;

create function procedures.keep_version() returns trigger language plpgsql as $$
begin
  if (new.procedure_id, new.version, new.content, new.made_at, new.made_by) is distinct from (old.procedure_id, old.version, old.content, old.made_at, old.made_by) then
    raise exception 'a version is never changed' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger keep_version before update on procedures.version for each row execute function procedures.keep_version();

-- Which procedure begins with an alarm of this type: one, by the primary key.
create table procedures.handled (
  type         text primary key,
  procedure_id uuid not null references procedures.procedure
);
create index on procedures.handled (procedure_id);

select access.guard('procedures.procedure', 'procedures:read', '{procedures}');
select access.guard('procedures.version', 'procedures:read', '{procedures}');
select access.guard('procedures.handled', 'procedures:read', '{procedures}');
grant delete on procedures.handled to parapet_person, parapet_org;

-- A run: one procedure followed on one record, seen by who sees procedures at that record's label.
create table procedures.run (
  id           uuid primary key,
  number       text not null,
  site_id      uuid references access.site,
  wall_id      uuid references access.wall,
  sight_id     uuid generated always as (coalesce(wall_id, site_id)) stored,
  record_id    uuid not null references platform.record,
  procedure_id uuid not null,
  procedure_version int not null,
  title        text not null check (title <> ''),
  state        text not null default 'running' check (state in ('running', 'ended')),
  begun_at     timestamptz not null,
  begun_by     uuid not null references access.person,
  ended_at     timestamptz,
  ended_by     uuid references access.person,
  version      int not null default 1,
  foreign key (procedure_id, procedure_version) references procedures.version,
  -- Procedures are followed in the open: what is done behind a wall is not a run.
  check (wall_id is null),
  check ((state = 'ended') = (ended_at is not null)),
  check ((ended_at is null) = (ended_by is null))
);
create unique index one_run_of_a_procedure on procedures.run (record_id, procedure_id) where state = 'running';
create index on procedures.run (record_id, begun_at);
create index on procedures.run (sight_id, begun_at desc, id desc);
create index on procedures.run (begun_at desc, id desc);
select access.protect('procedures.run', 'procedures', 'procedures:read', '{"record_id": "platform.record"}');

-- What was done at a step, one entry after the other; nothing is changed, what is taken back is an entry of its own.
create table procedures.entry (
  run_id   uuid not null references procedures.run,
  seq      int not null check (seq >= 1),
  step_id  text not null,
  what     text not null check (what in ('done', 'skipped', 'tried', 'taken-back', 'ended')),
  answer   text,
  note     text not null default '',
  due_at   timestamptz,
  at       timestamptz not null,
  by       uuid not null references access.person,
  primary key (run_id, seq)
);
select access.protect_child('procedures.entry', 'procedures', 'procedures.run', 'run_id');
revoke update on procedures.entry from parapet_person, parapet_org;

-- Under retention and legal holds: a run goes with the record on which it was followed.
create function procedures.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select r.id, r.record_id, r.site_id, r.begun_at, r.ended_at, array(select distinct p from (select r.begun_by union select r.ended_by union select e.by from procedures.entry e where e.run_id = r.id) x(p) where p is not null)
  from procedures.run r where r.id = any (ids)
$$;
create function procedures.go_with(records uuid[]) returns void language plpgsql as $$
declare
  runs uuid[] := array(select r.id from procedures.run r where r.record_id = any (records));
begin
  if cardinality(runs) = 0 then return; end if;
  delete from procedures.entry e where e.run_id = any (runs);
  delete from procedures.run r where r.id = any (runs);
  perform retention.let_records_go(runs);
end $$;
create function procedures.people_with(records uuid[]) returns table (record_id uuid, person_id uuid) language sql stable as $$
  select r.record_id, p from procedures.run r cross join lateral (select r.begun_by union select r.ended_by union select e.by from procedures.entry e where e.run_id = r.id) x(p) where r.record_id = any (records) and p is not null
$$;
revoke execute on function procedures.go_with(uuid[]) from public;
select retention.protect('procedures.run', 'procedures.run', 'id');
select retention.protect('procedures.entry', 'procedures.run', 'run_id');
