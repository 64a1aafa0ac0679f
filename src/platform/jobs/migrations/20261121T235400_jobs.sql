-- Work that takes longer than a request: kept with its owner, progress, result and error.
create schema jobs;
grant usage on schema jobs to parapet_login, parapet_person, parapet_org, parapet_worker;

-- Workers that run jobs now; one that is silent is gone, and what it ran is run again.
create table jobs.runner (
  id      uuid primary key,
  node    text not null,
  pid     int not null,
  beat_at timestamptz not null default now()
);
create table jobs.job (
  id             uuid primary key,
  person_id      uuid not null references access.person,
  kind           text not null check (length(kind) <= 60),
  title          text not null check (length(title) between 1 and 200),
  state          text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'stopped')),
  progress       real not null default 0 check (progress between 0 and 1),
  progress_words text not null default '' check (length(progress_words) <= 200),
  error          text not null default '' check (length(error) <= 1000),
  attempts       int not null default 0,
  queued_at      timestamptz not null,
  enqueued_at    timestamptz,
  started_at     timestamptz,
  ended_at       timestamptz,
  stop_at        timestamptz,
  stopped_by     uuid references access.person,
  runner_id      uuid
);
create index on jobs.job (queued_at desc, id desc);
create index on jobs.job (person_id, queued_at desc, id desc);
create index on jobs.job (person_id, queued_at, id) where state in ('queued', 'running');
-- One of a person at a time.
create unique index on jobs.job (person_id) where state = 'running';
create index on jobs.job (runner_id) where state = 'running';
-- What it was asked and what came of it, for its owner alone.
create table jobs.content (
  job_id uuid primary key references jobs.job,
  args   jsonb not null,
  result jsonb
);

do $$
declare tbl text;
begin
  foreach tbl in array array['runner', 'job', 'content'] loop
    execute format('alter table jobs.%I enable row level security', tbl);
    execute format('grant select, insert, update on jobs.%I to parapet_worker', tbl);
    execute format('create policy worker_all on jobs.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;
grant delete on jobs.runner to parapet_worker;
grant select, insert on jobs.job, jobs.content to parapet_person, parapet_org;
grant update (stop_at, stopped_by) on jobs.job to parapet_person, parapet_org;
create policy own_select on jobs.job for select to parapet_person, parapet_org using (person_id = (select access.me()));
create policy system_select on jobs.job for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));
create policy own_insert on jobs.job for insert to parapet_person, parapet_org with check (person_id = (select access.me()) and state = 'queued');
create policy own_update on jobs.job for update to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));
create policy system_update on jobs.job for update to parapet_person, parapet_org using ((select access.org_may('platform:system'))) with check ((select access.org_may('platform:system')));
create policy own_select on jobs.content for select to parapet_person, parapet_org using (exists (select from jobs.job j where j.id = job_id and j.person_id = (select access.me())));
create policy own_insert on jobs.content for insert to parapet_person, parapet_org with check (exists (select from jobs.job j where j.id = job_id and j.person_id = (select access.me())));
