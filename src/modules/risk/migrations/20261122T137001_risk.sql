create schema risk;
grant usage on schema risk to parapet_login, parapet_person, parapet_org, parapet_worker;

-- What is protected: people, property, information or reputation, at a site or the organisation's. One that stands on a floor's plan can be a target of path analysis.
create table risk.asset (
  id             uuid primary key,
  number         text not null unique,
  name           text not null check (name <> ''),
  kind           text not null check (kind in ('people', 'property', 'information', 'reputation')),
  note           text not null default '',
  site_id        uuid references access.site,
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- Where it stands on the plan of its site, which is then a floor: the zone, and metres from the upper left corner.
  zone_id        uuid,
  x              double precision,
  y              double precision,
  -- What is done there, by tool: [{by, meanS, sdS}].
  delays         jsonb not null default '[]' check (jsonb_typeof(delays) = 'array'),
  -- The threat that it is watched for, and the least P(I) that is good enough; none where nobody said.
  strategy       text not null default 'mixed' check (strategy in ('mixed', 'stealth', 'force', 'deceit')),
  tools          text[] not null default '{none,hand}',
  least_interruption double precision check (least_interruption > 0 and least_interruption < 1),
  state          text not null default 'active' check (state in ('active', 'retired')),
  retired_why    text not null default '',
  created_at     timestamptz not null,
  version        int not null default 1,
  check ((zone_id is null) = (x is null) and (x is null) = (y is null)),
  check (zone_id is null or site_id is not null),
  check ((state = 'retired') = (retired_why <> ''))
);
create index on risk.asset (sight_id, name, id);
create index on risk.asset (name, id);
create index on risk.asset (site_id) where zone_id is not null;
select access.protect('risk.asset', 'risk', 'risk:read');

-- The figures of a floor beside its drawing: delays, detection with its evidence, barriers, measures, the response that is assumed. One document, saved whole against its version.
create table risk.protection (
  floor_id       uuid primary key references sites.site,
  site_id        uuid not null references access.site check (site_id = floor_id),
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  figures        jsonb not null check (jsonb_typeof(figures) = 'object'),
  changed_at     timestamptz not null,
  changed_by     uuid not null references access.person,
  version        int not null default 1
);
select access.protect('risk.protection', 'risk', 'risk:path', '{"floor_id": "sites.site"}');

-- A question that was kept with its answer as it was then: threat, response, what was changed and bought, P(I) and the path.
create table risk.scenario (
  id             uuid primary key,
  asset_id       uuid not null references risk.asset,
  site_id        uuid not null references access.site,
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  name           text not null check (name <> ''),
  question       jsonb not null check (jsonb_typeof(question) = 'object'),
  answer         jsonb not null check (jsonb_typeof(answer) = 'object'),
  -- Of which drawing and figures it is the answer.
  plan_version   int not null,
  figures_version int not null,
  made_at        timestamptz not null,
  made_by        uuid not null references access.person,
  struck_why     text not null default '',
  version        int not null default 1
);
create index on risk.scenario (asset_id, made_at desc, id desc);
select access.protect('risk.scenario', 'risk', 'risk:path', '{"asset_id": "risk.asset"}');
revoke update on risk.scenario from parapet_person, parapet_org;
grant update (struck_why, version) on risk.scenario to parapet_person, parapet_org;
