create schema continuity;
grant usage on schema continuity to parapet_login, parapet_person, parapet_org, parapet_worker;

-- A business process with what its standstill does over time, and how soon it must go again (ISO 22301, ISO/TS 22317).
create table continuity.process (
  id          uuid primary key,
  number      text not null unique,
  title       text not null check (title <> ''),
  detail      text not null default '',
  site_id     uuid references access.site,
  wall_id     uuid references access.wall check (wall_id is null),
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  owner_id    uuid not null references access.person,
  state       text not null default 'active' check (state in ('active', 'retired')),
  -- How grave its standstill is, 0 to 4, by category and band of time: {"people": [0, 1, 2, 3, 4], ...}.
  impacts     jsonb not null default '{}' check (jsonb_typeof(impacts) = 'object'),
  -- Maximum tolerable period of disruption, recovery time objective and recovery point objective, in minutes.
  mtpd_min    int check (mtpd_min between 1 and 525600),
  rto_min     int check (rto_min between 0 and 525600),
  rpo_min     int check (rpo_min between 0 and 525600),
  -- Minimum business continuity objective: with how little it may go at first.
  mbco        text not null default '',
  review_on   date not null,
  reviewed_at timestamptz,
  reviewed_by uuid references access.person,
  made_by     uuid not null references access.person,
  made_at     timestamptz not null,
  retired_why text not null default '',
  version     int not null default 1,
  check (rto_min is null or mtpd_min is null or rto_min <= mtpd_min),
  check ((reviewed_at is null) = (reviewed_by is null)),
  check ((state = 'retired') = (retired_why <> ''))
);
create index on continuity.process (sight_id, title, id);
create index on continuity.process (title, id);
select access.protect('continuity.process', 'continuity', 'continuity:read');

-- What a process needs. Struck with a reason, never removed.
create table continuity.dependency (
  id            uuid primary key,
  process_id    uuid not null references continuity.process on delete cascade,
  kind          text not null check (kind in ('process', 'site', 'system', 'vendor', 'people')),
  -- By name, where it is no process and no site of ours.
  name          text not null default '',
  on_process_id uuid references continuity.process,
  on_site_id    uuid references access.site,
  -- How soon it is there again, in minutes; of a process that one's own counts.
  rto_min       int check (rto_min between 0 and 525600),
  note          text not null default '',
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_why    text not null default '',
  check ((kind = 'process') = (on_process_id is not null) and (kind = 'site') = (on_site_id is not null)),
  check ((kind in ('process', 'site')) = (name = '')),
  check (kind <> 'process' or rto_min is null),
  check (on_process_id <> process_id)
);
create index on continuity.dependency (process_id);
create index on continuity.dependency (on_process_id) where on_process_id is not null;
select access.protect_child('continuity.dependency', 'continuity', 'continuity.process', 'process_id', '{"on_process_id": "continuity.process"}');
