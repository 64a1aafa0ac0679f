-- What keeps alarms from ringing for a time, said by a person or by protection; each takes its place in the order of signals.
create table alarms.on_test (
  id          uuid primary key,
  site_id     uuid references access.site,
  wall_id     uuid references access.wall,
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  mode        text not null check (mode in ('test', 'maintenance')),
  scope       text not null check (scope in ('site', 'device', 'point')),
  device_id   uuid,
  source_id   uuid,
  point       text,
  name        text not null check (length(name) between 1 and 300),
  begins_at   timestamptz not null,
  ends_at     timestamptz not null,
  reason      text not null check (length(reason) <= 1000),
  owner_id    uuid not null references access.person,
  put_by      uuid not null references access.person,
  put_at      timestamptz not null,
  ended_by    uuid references access.person,
  ended_at    timestamptz,
  ended_why   text check (length(ended_why) <= 1000),
  -- From which to which signal it holds, by when we heard them, and what it covers: set by the correlator in the step that takes it up.
  holds_from  timestamptz,
  holds_until timestamptz,
  taken_until timestamptz,
  covers      jsonb,
  held        int not null default 0,
  version     int not null default 1,
  check (begins_at < ends_at),
  check ((ended_by is null) = (ended_at is null)),
  check ((scope = 'site' and site_id is not null) or (scope = 'device' and device_id is not null) or (scope = 'point' and source_id is not null and point is not null))
);
create index on alarms.on_test (sight_id, ends_at desc);
create index on_test_to_see_to on alarms.on_test (begins_at) where holds_until is null;
select access.protect('alarms.on_test', 'alarms', 'alarms:read');

-- What was heard of each point while it was on test: its walk.
create table alarms.test_point (
  id          uuid primary key,
  on_test_id  uuid not null references alarms.on_test,
  source_id   uuid not null,
  source_name text not null,
  point       text not null,
  heard       int not null,
  first_at    timestamptz not null,
  last_at     timestamptz not null,
  last_type   text not null,
  is_open     boolean not null,
  unique (on_test_id, source_id, point)
);
select access.protect_child('alarms.test_point', 'alarms', 'alarms.on_test', 'on_test_id');

-- A device that rings too often: held by protection until a person releases it.
create table alarms.runaway (
  id              uuid primary key,
  rule_version_id uuid not null references alarms.rule_version,
  key             text not null,
  site_id         uuid references access.site,
  wall_id         uuid references access.wall,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  source_id       uuid not null,
  source_name     text not null,
  point           text,
  since           timestamptz not null,
  held            int not null default 0,
  last_at         timestamptz not null,
  -- The signals held in the minute of the last one, and in the one before it.
  minute          timestamptz not null,
  this_minute     int not null default 0,
  last_minute     int not null default 0,
  released_by     uuid references access.person,
  released_at     timestamptz,
  released_why    text check (length(released_why) <= 1000),
  -- When the correlator let it ring again.
  ended_at        timestamptz,
  version         int not null default 1
);
create unique index one_runaway_a_key on alarms.runaway (rule_version_id, key) where ended_at is null;
create index on alarms.runaway (sight_id, since desc);
create index runaway_to_release on alarms.runaway (id) where released_at is not null and ended_at is null;
select access.protect('alarms.runaway', 'alarms', 'alarms:read');

-- What stood in the order of signals beside them: a replay takes it at the same place.
create table alarms.control (
  id   uuid primary key,
  at   timestamptz not null,
  n    int not null,
  body jsonb not null,
  unique (at, n)
);
select access.guard('alarms.control', 'alarms:read', '{alarms}');
revoke update, delete on alarms.control from parapet_person, parapet_org;

alter table alarms.held_signal
  alter column rule_version_id drop not null,
  add column on_test_id  uuid references alarms.on_test,
  add column why         text not null default 'explained' check (why in ('explained', 'repeat', 'runaway', 'test', 'maintenance')),
  add column source_id   uuid,
  add column source_name text not null default '',
  add column point       text,
  add column type        text,
  add check ((rule_version_id is null) <> (on_test_id is null));
create index on alarms.held_signal (sight_id, at desc, id desc);
create index on alarms.held_signal (at desc, id desc);
create index on alarms.held_signal (on_test_id, at desc) where on_test_id is not null;

-- An alarm that rang although its place was on test.
alter table alarms.alarm add column on_test_id uuid references alarms.on_test;
create index on alarms.alarm (on_test_id) where on_test_id is not null;
-- Which rule came with the program.
alter table alarms.rule add column shipped text unique;
