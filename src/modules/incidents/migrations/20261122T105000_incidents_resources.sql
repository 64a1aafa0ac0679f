-- Resources of an incident: asked for, come, put to work, let go. Each is one card; its moves are written once.
create table incidents.resource (
  id              uuid primary key,
  incident_id     uuid not null references incidents.incident on delete cascade,
  -- Its number within the incident, from one on.
  seq             int not null check (seq > 0),
  kind            text not null check (kind in ('person', 'team', 'vehicle', 'equipment')),
  name            text not null check (name <> ''),
  -- Call sign, plate or serial number: what it can be known by.
  identifier      text not null default '',
  -- Who owns it: an agency, a firm, a department; also its home unit.
  agency          text not null default '',
  leader          text not null default '',
  persons         int not null default 1 check (persons between 0 and 10000),
  contact         text not null default '',
  qualifications  text not null default '',
  notes           text not null default '',
  order_number    text not null default '',
  state           text not null check (state in ('requested', 'ordered', 'en-route', 'checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending', 'released')),
  -- When it came into this state: when that happened.
  state_at        timestamptz not null,
  expected_at     timestamptz,
  departed_from   text not null default '',
  departed_at     timestamptz,
  travel          text not null default '',
  checked_in_at   timestamptz,
  checked_in_by   uuid references access.person,
  -- Where it is, or where it reports.
  place           text not null default '',
  -- What it is assigned to: a position, a division or group, an objective.
  assigned_to     text not null default '',
  release_at      timestamptz,
  requested_at    timestamptz not null,
  requested_by    uuid not null references access.person,
  version         int not null default 1,
  struck_at       timestamptz,
  struck_by       uuid references access.person,
  struck_reason   text,
  unique (incident_id, seq),
  check ((state in ('requested', 'ordered', 'en-route')) = (checked_in_at is null)),
  check ((checked_in_at is null) = (checked_in_by is null)),
  check ((state = 'assigned') = (assigned_to <> '')),
  -- What has come is released, not struck.
  check (struck_at is null or checked_in_at is null),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
select access.protect_child('incidents.resource', 'incidents', 'incidents.incident', 'incident_id');
select retention.protect('incidents.resource', 'incidents.incident', 'incident_id');

create table incidents.resource_move (
  id          uuid primary key,
  incident_id uuid not null references incidents.incident on delete cascade,
  resource_id uuid not null references incidents.resource on delete cascade,
  verb        text not null check (verb in ('request', 'order', 'send', 'check-in', 'stage', 'assign', 'out-of-service', 'plan-release', 'release')),
  -- Null where the card was made.
  was         text check (was in ('requested', 'ordered', 'en-route', 'checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending')),
  became      text not null check (became in ('requested', 'ordered', 'en-route', 'checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending', 'released')),
  at          timestamptz not null,
  noted_at    timestamptz not null,
  by_id       uuid not null references access.person,
  -- From where, to where, to whom, or why; as the verb has it.
  words       text not null default ''
);
create index on incidents.resource_move (incident_id, noted_at desc, id desc);
create index on incidents.resource_move (resource_id, noted_at, id);
select access.protect_child('incidents.resource_move', 'incidents', 'incidents.incident', 'incident_id', '{"resource_id": "incidents.resource"}');
revoke update on incidents.resource_move from parapet_person, parapet_org;
select retention.protect('incidents.resource_move', 'incidents.incident', 'incident_id');

-- Situation reports: conditions, actions, needs. Written once, struck with a reason.
create table incidents.situation_report (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  seq           int not null check (seq > 0),
  conditions    text not null check (conditions <> ''),
  actions       text not null default '',
  at            timestamptz not null,
  noted_at      timestamptz not null,
  author_id     uuid not null references access.person,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  unique (incident_id, seq),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
select access.protect_child('incidents.situation_report', 'incidents', 'incidents.incident', 'incident_id');
select retention.protect('incidents.situation_report', 'incidents.incident', 'incident_id');

-- A need of a report, and what became of it.
create table incidents.reported_need (
  id          uuid primary key,
  incident_id uuid not null references incidents.incident on delete cascade,
  report_id   uuid not null references incidents.situation_report on delete cascade,
  seq         int not null check (seq > 0),
  need        text not null check (need <> ''),
  became      text check (became in ('task', 'resource')),
  became_id   uuid,
  became_at   timestamptz,
  became_by   uuid references access.person,
  unique (report_id, seq),
  check ((became is null) = (became_id is null) and (became is null) = (became_at is null) and (became is null) = (became_by is null))
);
create index on incidents.reported_need (incident_id);
select access.protect_child('incidents.reported_need', 'incidents', 'incidents.incident', 'incident_id', '{"report_id": "incidents.situation_report"}');
select retention.protect('incidents.reported_need', 'incidents.incident', 'incident_id');
