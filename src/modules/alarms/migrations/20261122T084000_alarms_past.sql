-- Alarms of the past as a file of another system has them, kept apart from alarms so that no live figure counts them.
create table alarms.analysis (
  id          uuid primary key,
  person_id   uuid not null references access.person,
  name        text not null check (length(name) between 1 and 120),
  -- The file that is being read into it, or was last; files go after a week.
  import_id   uuid,
  -- How its times, types and findings are read.
  reading     jsonb not null,
  made_at     timestamptz not null,
  answer      jsonb,
  answered_at timestamptz,
  -- What one false alarm costs, as the organisation says; null where nobody has.
  cost        jsonb,
  version     int not null default 1,
  check ((answer is null) = (answered_at is null))
);
create index on alarms.analysis (made_at desc, id desc);
create index on alarms.analysis (person_id);
create table alarms.past (
  analysis_id uuid not null references alarms.analysis on delete cascade,
  -- Of the id in the old system, or of what the row says: the same row again is the same alarm.
  key         uuid not null,
  raised_at   timestamptz not null,
  closed_at   timestamptz,
  device      text not null check (length(device) between 1 and 200),
  site        text check (length(site) <= 200),
  said        text not null check (length(said) between 1 and 200),
  type        text check (length(type) <= 80),
  finding     text not null check (finding in ('true', 'false', 'unknown')),
  primary key (analysis_id, key)
);
create index on alarms.past (analysis_id, raised_at, key);

-- A file names every site that it speaks of: it is for who brought it in, and for who imports for the whole organisation.
alter table alarms.analysis enable row level security;
alter table alarms.past enable row level security;
create policy own_or_whole on alarms.analysis for select to parapet_person, parapet_org using (person_id = (select access.me()) or (select access.org_may('alarms:import')));
create policy made on alarms.analysis for insert to parapet_person, parapet_org with check (person_id = (select access.me()) and (select access.permission()) = 'alarms:import' and (select access.holds((select access.me()), 'alarms:import')));
create policy changed on alarms.analysis for update to parapet_person, parapet_org using ((person_id = (select access.me()) or (select access.org_may('alarms:import'))) and (select access.permission()) = 'alarms:import' and (select access.holds((select access.me()), 'alarms:import')));
create policy let_go on alarms.analysis for delete to parapet_person, parapet_org using ((person_id = (select access.me()) or (select access.org_may('alarms:import'))) and (select access.permission()) = 'alarms:import' and (select access.holds((select access.me()), 'alarms:import')));
create policy of_analysis on alarms.past for select to parapet_person, parapet_org using (exists (select from alarms.analysis a where a.id = analysis_id));
create policy made on alarms.past for insert to parapet_person, parapet_org with check ((select access.permission()) = 'alarms:import' and exists (select from alarms.analysis a where a.id = analysis_id and (select access.holds((select access.me()), 'alarms:import'))));
grant select, insert, delete on alarms.analysis to parapet_person, parapet_org;
grant update (name, import_id, reading, answer, answered_at, cost, version) on alarms.analysis to parapet_person, parapet_org;
grant select, insert on alarms.past to parapet_person, parapet_org;
