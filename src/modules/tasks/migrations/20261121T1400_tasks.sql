create schema tasks;

-- A task hangs on a record of any kind and is seen by whoever sees that record.
create table tasks.task (
  id         uuid primary key,
  record_id  uuid not null references platform.record,
  title      text not null check (title <> ''),
  detail     text not null default '',
  owner_id   uuid references access.person,
  due_at     timestamptz,
  state      text not null default 'open' check (state in ('open', 'done', 'dropped')),
  outcome    text not null default '',
  created_at timestamptz not null default now(),
  created_by uuid not null references access.person,
  ended_at   timestamptz,
  ended_by   uuid references access.person,
  version    int not null default 1,
  check ((state = 'open') = (ended_at is null)),
  check ((ended_at is null) = (ended_by is null)),
  check (state <> 'dropped' or outcome <> '')
);
create index on tasks.task (record_id, coalesce(due_at, timestamptz '9999-12-31 00:00:00+00'), id);
create index on tasks.task (owner_id, state, coalesce(due_at, timestamptz '9999-12-31 00:00:00+00'), id);
grant usage on schema tasks to parapet_login, parapet_person, parapet_org;
select access.protect_child('tasks.task', 'tasks', 'platform.record', 'record_id');

-- Could this person see the record, and so the task? Asked by who sees the record, before giving them a task on it.
create function tasks.could_see(person uuid, record uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from platform.record r join access.person p on p.id operator(pg_catalog.=) could_see.person and p.state = 'active'
    where r.id operator(pg_catalog.=) could_see.record and (
      (r.wall_id is null and exists (
        select from access.grant g join access.role_permission rp on rp.role_id operator(pg_catalog.=) g.role_id and rp.permission operator(pg_catalog.=) r.read_permission
        where g.person_id operator(pg_catalog.=) p.id and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()))
      or exists (
        select from access.sight s join access.role_permission rp on rp.role_id operator(pg_catalog.=) s.role_id and rp.permission operator(pg_catalog.=) r.read_permission
        where s.person_id operator(pg_catalog.=) p.id and s.label operator(pg_catalog.=) r.sight_id and s.since <= pg_catalog.now() and s.until > pg_catalog.now())))
$$;
