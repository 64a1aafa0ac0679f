create schema exercises;
grant usage on schema exercises to parapet_login, parapet_person, parapet_org, parapet_worker;

-- An exercise, from its plan to its evaluation. It stands at a site or is the organisation's, never behind a wall.
create table exercises.exercise (
  id          uuid primary key,
  number      text not null unique,
  title       text not null check (title <> ''),
  kind        text not null check (kind in ('discussion', 'tabletop', 'drill', 'functional', 'full-scale')),
  scenario    text not null default '',
  site_id     uuid references access.site,
  wall_id     uuid references access.wall check (wall_id is null),
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  state       text not null default 'planned' check (state in ('planned', 'running', 'paused', 'ended', 'evaluated', 'cancelled')),
  planned_for timestamptz not null,
  planned_by  uuid not null references access.person,
  planned_at  timestamptz not null,
  -- The clock of the exercise: seconds that had run when it last stood still, and since when it runs again.
  run_s       int not null default 0 check (run_s between 0 and 604800),
  clock_from  timestamptz,
  started_at  timestamptz,
  ended_at    timestamptz,
  ended_by    uuid references access.person,
  -- How it ended, or why it was cancelled.
  end_note    text not null default '',
  -- The simulated source of its synthetic signals, from the first of them on; and whether all of that has been closed.
  source_id   uuid,
  is_cleared  boolean not null default false,
  summary     text not null default '',
  evaluated_by uuid references access.person,
  evaluated_at timestamptz,
  version     int not null default 1,
  check ((state = 'running') = (clock_from is not null)),
  check (state in ('planned', 'cancelled') or started_at is not null),
  check ((state in ('ended', 'evaluated', 'cancelled')) = (ended_at is not null) and (ended_at is null) = (ended_by is null)),
  check ((state = 'evaluated') = (evaluated_at is not null) and (evaluated_at is null) = (evaluated_by is null) and (evaluated_at is null or summary <> ''))
);
create index on exercises.exercise (sight_id, planned_for desc, id desc);
create index on exercises.exercise (planned_for desc, id desc);
create index on exercises.exercise (state) where state in ('running', 'paused') or not is_cleared;
select access.protect('exercises.exercise', 'exercises', 'exercises:read');

-- Who takes part as what. Who is taken out stays, with when.
create table exercises.participant (
  id          uuid primary key,
  exercise_id uuid not null references exercises.exercise on delete cascade,
  person_id   uuid not null references access.person,
  role        text not null check (role in ('player', 'controller', 'evaluator', 'observer')),
  out_at      timestamptz
);
create unique index on exercises.participant (exercise_id, person_id);
select access.protect_child('exercises.participant', 'exercises', 'exercises.exercise', 'exercise_id');

create table exercises.objective (
  id          uuid primary key,
  exercise_id uuid not null references exercises.exercise on delete cascade,
  text        text not null check (text <> ''),
  capability  text not null check (capability <> ''),
  added_at    timestamptz not null,
  struck_at   timestamptz
);
create index on exercises.objective (exercise_id);
select access.protect_child('exercises.objective', 'exercises', 'exercises.exercise', 'exercise_id');

-- The master scenario events list: what happens, when, and by which way it reaches the players.
create table exercises.inject (
  id             uuid primary key,
  exercise_id    uuid not null references exercises.exercise on delete cascade,
  title          text not null check (title <> ''),
  text           text not null check (text <> ''),
  channel        text not null check (channel in ('notice', 'signal', 'spoken')),
  trigger        text not null check (trigger in ('clock', 'inject', 'met', 'hand')),
  after_id       uuid references exercises.inject deferrable initially deferred,
  expectation_id uuid,
  -- After the start, after that inject, or after that expectation was met.
  delay_s        int not null default 0 check (delay_s between 0 and 604800),
  is_automatic   boolean not null,
  signal_type    text,
  signal_point   text,
  state          text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'skipped')),
  delivered_at   timestamptz,
  -- On the clock of the exercise.
  delivered_s    int,
  delivered_by   uuid references access.person,
  skip_reason    text not null default '',
  added_at       timestamptz not null,
  check ((trigger = 'inject') = (after_id is not null) and (trigger = 'met') = (expectation_id is not null)),
  check (after_id <> id),
  check ((channel = 'signal') = (signal_type is not null)),
  check (not is_automatic or (channel <> 'spoken' and trigger <> 'hand')),
  check ((state in ('sending', 'delivered')) = (delivered_at is not null) and (delivered_at is null) = (delivered_s is null) and (delivered_at is null) = (delivered_by is null)),
  check ((state = 'skipped') = (skip_reason <> '')),
  check (state <> 'sending' or channel = 'signal')
);
create index on exercises.inject (exercise_id, state);
create index on exercises.inject (state) where state = 'sending';
select access.protect_child('exercises.inject', 'exercises', 'exercises.exercise', 'exercise_id');

-- What the players should do upon an inject, and how it was done.
create table exercises.expectation (
  id           uuid primary key,
  exercise_id  uuid not null references exercises.exercise on delete cascade,
  inject_id    uuid not null references exercises.inject on delete cascade,
  objective_id uuid references exercises.objective,
  text         text not null check (text <> ''),
  within_s     int check (within_s between 1 and 604800),
  -- P, S, M or U of HSEEP.
  rating       text check (rating in ('P', 'S', 'M', 'U')),
  observation  text not null default '',
  met_s        int,
  rated_by     uuid references access.person,
  rated_at     timestamptz,
  added_at     timestamptz not null,
  check ((rating is null) = (rated_by is null) and (rating is null) = (rated_at is null)),
  check (met_s is null or rating in ('P', 'S', 'M'))
);
create index on exercises.expectation (exercise_id);
create index on exercises.expectation (inject_id);
alter table exercises.inject add foreign key (expectation_id) references exercises.expectation deferrable initially deferred;
select access.protect_child('exercises.expectation', 'exercises', 'exercises.exercise', 'exercise_id', '{"inject_id": "exercises.inject", "objective_id": "exercises.objective"}');

-- Who plays does not read the script: an inject shows once it was delivered, the rest when the exercise is over.
create policy script on exercises.inject as restrictive for select to parapet_person, parapet_org using (
  state = 'delivered' or (select access.holds((select access.me()), 'exercises:script')) or exists (select from exercises.exercise e where e.id = exercise_id and e.ended_at is not null));
create policy script on exercises.expectation as restrictive for select to parapet_person, parapet_org using (
  (select access.holds((select access.me()), 'exercises:script')) or exists (select from exercises.exercise e where e.id = exercise_id and e.ended_at is not null));

-- What was seen, over the single expectation: a strength, or what is to be improved.
create table exercises.observation (
  id             uuid primary key,
  exercise_id    uuid not null references exercises.exercise on delete cascade,
  kind           text not null check (kind in ('strength', 'improvement')),
  capability     text not null check (capability <> ''),
  text           text not null check (text <> ''),
  cause          text check (cause <> ''),
  recommendation text not null default '',
  added_by       uuid not null references access.person,
  added_at       timestamptz not null,
  struck_at      timestamptz,
  struck_reason  text not null default '',
  check ((struck_at is null) = (struck_reason = ''))
);
create index on exercises.observation (exercise_id);
select access.protect_child('exercises.observation', 'exercises', 'exercises.exercise', 'exercise_id');

-- A corrective action is a task on the exercise; here stands from what it came.
create table exercises.action (
  id             uuid primary key,
  exercise_id    uuid not null references exercises.exercise on delete cascade,
  observation_id uuid not null references exercises.observation on delete cascade,
  task_id        uuid not null,
  title          text not null check (title <> ''),
  added_by       uuid not null references access.person,
  added_at       timestamptz not null
);
create index on exercises.action (exercise_id);
create index on exercises.action (observation_id);
select access.protect_child('exercises.action', 'exercises', 'exercises.exercise', 'exercise_id', '{"observation_id": "exercises.observation"}');

-- Under retention and legal holds.
create index on exercises.exercise (ended_at) where ended_at is not null;
create function exercises.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select e.id, e.id, e.ended_at from exercises.exercise e where e.ended_at <= before and (among is null or e.id = any (among)) order by e.ended_at, e.id limit most
$$;
create function exercises.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select e.id, e.id, e.site_id, coalesce(e.started_at, e.planned_for), e.ended_at, array_remove(array[e.planned_by, e.ended_by, e.evaluated_by] || array(select p.person_id from exercises.participant p where p.exercise_id = e.id), null) from exercises.exercise e where e.id = any (ids)
$$;
create function exercises.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from exercises.exercise where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function exercises.let_go(uuid[]) from public;
select retention.protect('exercises.exercise', 'exercises.exercise', 'id');
select retention.protect(('exercises.' || tbl)::regclass, 'exercises.exercise', 'exercise_id') from unnest(array['participant', 'objective', 'inject', 'expectation', 'observation', 'action']) tbl;
