create schema alarms;
grant usage on schema alarms to parapet_login, parapet_person, parapet_org, parapet_worker;

create table alarms.alarm (
  id                   uuid primary key,
  number               text not null,
  site_id              uuid references access.site,
  wall_id              uuid references access.wall,
  sight_id             uuid generated always as (coalesce(wall_id, site_id)) stored,
  condition_key        text not null,
  type                 text not null,
  title                text not null,
  priority             smallint not null check (priority between 1 and 4),
  source_id            uuid,
  source_name          text not null default '',
  point                text,
  area                 text,
  handling             text not null check (handling in ('unacknowledged', 'acknowledged', 'shelved', 'closed')),
  is_active            boolean not null,
  raised_at            timestamptz not null,
  known_at             timestamptz not null,
  last_at              timestamptz not null,
  answer_by            timestamptz not null,
  escalate_at          timestamptz,
  returned_at          timestamptz,
  owner_id             uuid references access.person,
  claimed_at           timestamptz,
  acknowledged_by      uuid references access.person,
  acknowledged_at      timestamptz,
  shelved_by           uuid references access.person,
  shelved_until        timestamptz,
  shelved_why          text,
  closed_by            uuid references access.person,
  closed_at            timestamptz,
  closed_while_present boolean not null default false,
  disposition          text,
  cause                text,
  note                 text,
  handed_to            text,
  duplicate_of         text,
  repeats              int not null default 0,
  incident_id          uuid,
  incident_number      text,
  version              int not null default 1,
  check ((handling = 'closed') = (closed_at is not null)),
  check ((handling = 'shelved') = (shelved_until is not null))
) with (fillfactor = 85);

-- One open alarm a condition, whatever races: docs/decisions/2026-11-21-the-hot-path.md
create unique index one_open_alarm_a_condition on alarms.alarm (condition_key) where handling <> 'closed';
create index on alarms.alarm (sight_id, priority, raised_at, id) where handling <> 'closed';
create index on alarms.alarm (sight_id, raised_at desc, id desc);
create index on alarms.alarm (raised_at desc, id desc);
create index on alarms.alarm (source_id, raised_at desc);
select access.protect('alarms.alarm', 'alarms', 'alarms:read');

create table alarms.alarm_signal (
  alarm_id   uuid not null references alarms.alarm,
  signal_key uuid not null,
  effect     text not null check (effect in ('raise', 'repeat', 'return', 'withdraw')),
  at         timestamptz not null,
  primary key (alarm_id, signal_key, effect)
);
create index on alarms.alarm_signal (signal_key);
select access.protect_child('alarms.alarm_signal', 'alarms', 'alarms.alarm', 'alarm_id');

-- How far the correlator read each stream; the conditional update of this row is what fences a second one.
create table alarms.cursor (
  stream smallint primary key,
  seq    bigint not null
);
select access.guard('alarms.cursor', 'alarms:raise', '{alarms}');
