-- The after-action review of an incident: it belongs to the incident, and is seen where that is seen.
create table incidents.review (
  id           uuid primary key,
  incident_id  uuid not null unique references incidents.incident on delete cascade,
  state        text not null default 'draft' check (state in ('draft', 'finished')),
  summary      text not null default '',
  -- When those who were there sat down together.
  held_at      timestamptz,
  -- How each capability was performed: P, S, M or U, by its key.
  ratings      jsonb not null default '{}' check (jsonb_typeof(ratings) = 'object'),
  opened_by    uuid not null references access.person,
  opened_at    timestamptz not null,
  proposed_by  uuid references access.person,
  approved_by  uuid references access.person,
  finished_at  timestamptz,
  version      int not null default 1,
  check ((state = 'finished') = (finished_at is not null) and (finished_at is null) = (proposed_by is null)),
  check (approved_by is null or approved_by <> proposed_by)
);
create index on incidents.review (opened_at desc, id desc);
select access.protect_child('incidents.review', 'incidents', 'incidents.incident', 'incident_id');

create table incidents.review_observation (
  id               uuid primary key,
  incident_id      uuid not null references incidents.incident on delete cascade,
  kind             text not null check (kind in ('strength', 'improvement')),
  capability       text not null check (capability <> ''),
  text             text not null check (text <> ''),
  -- A key of the shipped causes; what went well needs none.
  cause            text check (cause <> ''),
  recommendation   text not null default '',
  -- Why nothing follows from it, where that was decided.
  no_action_reason text not null default '',
  -- The moment of the incident of which it speaks.
  at               timestamptz,
  added_by         uuid not null references access.person,
  added_at         timestamptz not null,
  struck_at        timestamptz,
  struck_by        uuid references access.person,
  struck_reason    text,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.review_observation (incident_id);
select access.protect_child('incidents.review_observation', 'incidents', 'incidents.incident', 'incident_id');

-- A corrective action is a task on the incident; here stands from what it came. The task may go by its own retention, its name stays.
create table incidents.review_action (
  id             uuid primary key,
  incident_id    uuid not null references incidents.incident on delete cascade,
  observation_id uuid not null references incidents.review_observation on delete cascade,
  task_id        uuid not null,
  title          text not null check (title <> ''),
  element        text not null check (element in ('planning', 'organisation', 'equipment', 'training', 'exercises')),
  added_by       uuid not null references access.person,
  added_at       timestamptz not null
);
create index on incidents.review_action (incident_id);
create index on incidents.review_action (observation_id);
select access.protect_child('incidents.review_action', 'incidents', 'incidents.incident', 'incident_id', '{"observation_id": "incidents.review_observation"}');

-- What is finished is frozen: its words are what was approved.
create function incidents.keep_finished() returns trigger language plpgsql as $$
begin
  -- Erasing a name is not changing what was found.
  if current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then return new; end if;
  if exists (select from incidents.review r where r.incident_id = new.incident_id and r.state = 'finished') then
    raise exception 'the review is finished' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger keep_finished before update on incidents.review for each row when (old.state = 'finished') execute function incidents.keep_finished();
create trigger keep_finished before insert or update on incidents.review_observation for each row execute function incidents.keep_finished();
create trigger keep_finished before insert or update on incidents.review_action for each row execute function incidents.keep_finished();

select retention.protect(('incidents.' || tbl)::regclass, 'incidents.incident', 'incident_id') from unnest(array['review', 'review_observation', 'review_action']) tbl;
