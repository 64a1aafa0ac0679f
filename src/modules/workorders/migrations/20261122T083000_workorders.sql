create schema workorders;
grant usage on schema workorders to parapet_login, parapet_person, parapet_org, parapet_worker;

-- Work on a device, from the fault to the passed retest. It stands at a site or is the organisation's, never behind a wall.
create table workorders.workorder (
  id             uuid primary key,
  number         text not null unique,
  title          text not null check (title <> ''),
  detail         text not null default '',
  site_id        uuid references access.site,
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  origin         text not null check (origin in ('fault', 'alarm', 'incident', 'inspection', 'calendar')),
  fault_code     text not null check (fault_code <> ''),
  priority       smallint not null check (priority between 1 and 4),
  state          text not null default 'raised' check (state in ('raised', 'assigned', 'working', 'waiting', 'fixed', 'retesting', 'tested', 'closed', 'cancelled')),
  owner_id       uuid references access.person,
  firm           text not null default '',
  firm_contact   text not null default '',
  due_at         timestamptz not null,
  -- When the fault began, as far as is known; time to repair runs from here.
  failed_at      timestamptz not null,
  raised_at      timestamptz not null,
  raised_by      uuid not null references access.person,
  assigned_at    timestamptz,
  started_at     timestamptz,
  waiting_why    text not null default '',
  fixed_at       timestamptz,
  fixed_by       uuid references access.person,
  cause          text not null default '',
  done           text not null default '',
  labour_minutes int check (labour_minutes between 0 and 60000),
  tested_at      timestamptz,
  exemption      text not null default '',
  ended_at       timestamptz,
  ended_by       uuid references access.person,
  cancel_reason  text not null default '',
  -- How often it came back: a failed retest, or opened again by somebody.
  returns        int not null default 0,
  version        int not null default 1,
  check (state in ('raised', 'cancelled', 'closed', 'fixed', 'retesting', 'tested') or owner_id is not null or firm <> ''),
  check ((state = 'waiting') = (waiting_why <> '')),
  check (state not in ('fixed', 'retesting', 'tested', 'closed') or (fixed_at is not null and fixed_by is not null and done <> '')),
  check (state <> 'tested' or tested_at is not null),
  -- Nothing is closed but by a passed retest or a stated exemption.
  check (state <> 'closed' or tested_at is not null or exemption <> ''),
  check ((state in ('closed', 'cancelled')) = (ended_at is not null) and (ended_at is null) = (ended_by is null)),
  check ((state = 'cancelled') = (cancel_reason <> ''))
);
create index on workorders.workorder (sight_id, state, due_at, id);
create index on workorders.workorder (due_at, id);
create index on workorders.workorder (raised_at desc, id desc);
create index on workorders.workorder (fixed_at) where fixed_at is not null;
select access.protect('workorders.workorder', 'workorders', 'workorders:read');

-- The devices that it concerns.
create table workorders.concern (
  id            uuid primary key,
  workorder_id uuid not null references workorders.workorder,
  device_id     uuid not null references devices.device
);
create unique index on workorders.concern (workorder_id, device_id);
create index on workorders.concern (device_id);
select access.protect_child('workorders.concern', 'workorders', 'workorders.workorder', 'workorder_id', '{"device_id": "devices.device"}');

-- A visit: planned, then who came when. Struck with a reason, never removed.
create table workorders.visit (
  id            uuid primary key,
  workorder_id uuid not null references workorders.workorder,
  planned_from  timestamptz not null,
  planned_until timestamptz not null,
  who           text not null check (who <> ''),
  arrived_at    timestamptz,
  left_at       timestamptz,
  struck_why    text not null default '',
  version       int not null default 1,
  check (planned_until > planned_from),
  check (left_at is null or (arrived_at is not null and left_at >= arrived_at)),
  check (struck_why = '' or arrived_at is null)
);
create index on workorders.visit (workorder_id, planned_from);
select access.protect_child('workorders.visit', 'workorders', 'workorders.workorder', 'workorder_id');

-- A part that was used, with what one costs.
create table workorders.part (
  id            uuid primary key,
  workorder_id uuid not null references workorders.workorder,
  name          text not null check (name <> ''),
  part_number   text not null default '',
  quantity      int not null check (quantity between 1 and 10000),
  unit_minor    bigint not null check (unit_minor between 0 and 1000000000),
  currency      text not null check (currency ~ '^[A-Z]{3}$'),
  added_at      timestamptz not null,
  struck_why    text not null default ''
);
create index on workorders.part (workorder_id);
select access.protect_child('workorders.part', 'workorders', 'workorders.workorder', 'workorder_id');

-- A retest: what must be heard of which device after the fix, ticked off as it is heard. One at a time.
create table workorders.retest (
  id            uuid primary key,
  workorder_id uuid not null references workorders.workorder,
  started_at    timestamptz not null,
  started_by    uuid not null references access.person,
  until         timestamptz not null,
  checks        jsonb not null,
  state         text not null default 'running' check (state in ('running', 'passed', 'failed')),
  ended_at      timestamptz,
  -- Empty where signals passed it; else why a person did.
  reason        text not null default '',
  by_hand       uuid references access.person,
  fixer_id      uuid not null references access.person,
  check ((state = 'running') = (ended_at is null)),
  check (by_hand is null or reason <> ''),
  -- By hand it is passed by another than who fixed it.
  check (state <> 'passed' or by_hand is null or by_hand <> fixer_id)
);
create unique index on workorders.retest (workorder_id) where state = 'running';
create index on workorders.retest (state, until) where state = 'running';
create index on workorders.retest (workorder_id, started_at);
select access.protect_child('workorders.retest', 'workorders', 'workorders.workorder', 'workorder_id');

-- Times to repair by priority, on the site's clock, and what counts as the same fault again.
create table workorders.setting (
  one            boolean primary key default true check (one),
  urgent_hours   int not null default 4 check (urgent_hours between 1 and 720),
  high_hours     int not null default 24 check (high_hours between 1 and 720),
  normal_days    int not null default 5 check (normal_days between 1 and 365),
  low_days       int not null default 20 check (low_days between 1 and 365),
  repeat_days    int not null default 30 check (repeat_days between 1 and 365),
  version        int not null default 1
);
insert into workorders.setting default values;
select access.guard('workorders.setting', 'workorders:read', '{workorders}');
revoke delete on workorders.setting from parapet_person, parapet_org;

-- Under retention and legal holds.
create index on workorders.workorder (ended_at) where ended_at is not null;
create function workorders.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select w.id, w.id, w.ended_at from workorders.workorder w where w.ended_at <= before and (among is null or w.id = any (among)) order by w.ended_at, w.id limit most
$$;
create function workorders.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select w.id, w.id, w.site_id, w.failed_at, null::timestamptz, array_remove(array[w.owner_id, w.raised_by, w.fixed_by, w.ended_by], null) from workorders.workorder w where w.id = any (ids)
$$;
create function workorders.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from workorders.concern where workorder_id = any (ids);
  delete from workorders.visit where workorder_id = any (ids);
  delete from workorders.part where workorder_id = any (ids);
  delete from workorders.retest where workorder_id = any (ids);
  delete from workorders.workorder where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function workorders.let_go(uuid[]) from public;
select retention.protect('workorders.workorder', 'workorders.workorder', 'id');
select retention.protect(('workorders.' || tbl)::regclass, 'workorders.workorder', 'workorder_id') from unnest(array['concern', 'visit', 'part', 'retest']) tbl;
