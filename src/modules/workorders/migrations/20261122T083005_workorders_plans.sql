-- What is inspected again and again: a device, a kind of device or a site, every so many days, weeks or months by the site's own calendar.
create table workorders.plan (
  id            uuid primary key,
  title         text not null check (title <> ''),
  detail        text not null default '',
  site_id       uuid references access.site,
  wall_id       uuid references access.wall check (wall_id is null),
  sight_id      uuid generated always as (coalesce(wall_id, site_id)) stored,
  device_id     uuid references devices.device,
  device_kind   text not null default '',
  every         int not null check (every between 1 and 366),
  unit          text not null check (unit in ('day', 'week', 'month')),
  starts_on     date not null,
  ahead_days    int not null default 92 check (ahead_days between 1 and 400),
  -- The points of the checklist: [{key, text}].
  points        jsonb not null,
  state         text not null default 'active' check (state in ('active', 'stopped')),
  stopped_why   text not null default '',
  -- Up to and with this day its rounds are made; none before is ever made up or passed over.
  planned_until date,
  created_at    timestamptz not null,
  version       int not null default 1,
  check (device_id is null or device_kind = ''),
  check ((state = 'stopped') = (stopped_why <> ''))
);
create index on workorders.plan (sight_id, state, title, id);
create index on workorders.plan (planned_until) where state = 'active';
select access.protect('workorders.plan', 'workorders', 'workorders:read', '{"device_id": "devices.device"}');

-- One time that a plan comes: made ahead, once a day of the plan, however many nodes make it.
create table workorders.round (
  id          uuid primary key,
  plan_id     uuid not null references workorders.plan,
  planned_on  date not null,
  due_on      date not null,
  state       text not null default 'due' check (state in ('due', 'done', 'dropped')),
  -- Why it was put off last.
  postponed_why text not null default '',
  -- [{key, text, result, note, orderId}] as the points stood then.
  answers     jsonb,
  note        text not null default '',
  done_at     timestamptz,
  done_by     uuid references access.person,
  version     int not null default 1,
  check ((state = 'done') = (done_at is not null) and (done_at is null) = (done_by is null) and (done_at is null) = (answers is null))
);
create unique index round_of_day on workorders.round (plan_id, planned_on);
create index on workorders.round (due_on, id);
create index on workorders.round (plan_id, due_on);
select access.protect_child('workorders.round', 'workorders', 'workorders.plan', 'plan_id');
