-- What a command wants, decides, warns of and waits for. All of it goes with its incident by foreign key.
create table incidents.objective (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  number        int not null check (number > 0),
  text          text not null check (length(text) between 1 and 500),
  strategies    text not null default '' check (length(strategies) <= 4000),
  priority      smallint not null default 2 check (priority between 1 and 3),
  -- Who owns it: a position, so that it stays when who fills it goes.
  position_id   uuid,
  -- The period in which it was set; null before the first.
  period_id     uuid,
  state         text not null default 'open' check (state in ('open', 'partly', 'met')),
  set_at        timestamptz not null,
  set_by        uuid not null references access.person,
  changed_at    timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  unique (activation_id, number),
  unique (id, incident_id),
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  foreign key (position_id, incident_id) references incidents.command_position (id, incident_id) on delete cascade,
  foreign key (period_id, incident_id) references incidents.period (id, incident_id) on delete cascade,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.objective (incident_id);
select access.protect_child('incidents.objective', 'incidents', 'incidents.incident', 'incident_id');

-- What an objective needs.
create table incidents.need (
  id           uuid primary key,
  incident_id  uuid not null references incidents.incident on delete cascade,
  objective_id uuid not null,
  text         text not null check (length(text) between 1 and 500),
  state        text not null default 'open' check (state in ('open', 'partly', 'met')),
  added_at     timestamptz not null,
  added_by     uuid not null references access.person,
  changed_at   timestamptz not null,
  foreign key (objective_id, incident_id) references incidents.objective (id, incident_id) on delete cascade
);
create index on incidents.need (incident_id);
create index on incidents.need (objective_id);
select access.protect_child('incidents.need', 'incidents', 'incidents.incident', 'incident_id');

-- What was decided, why, instead of what. Struck, not changed.
create table incidents.decision (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  number        int not null check (number > 0),
  decision      text not null check (length(decision) between 1 and 2000),
  why           text not null default '' check (length(why) <= 4000),
  options       text not null default '' check (length(options) <= 4000),
  decided_by    uuid not null references access.person,
  at            timestamptz not null,
  noted_by      uuid not null references access.person,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  unique (activation_id, number),
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.decision (incident_id);
select access.protect_child('incidents.decision', 'incidents', 'incidents.incident', 'incident_id');

-- What everybody on the incident is warned of, as long as it stands.
create table incidents.safety_message (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  text          text not null check (length(text) between 1 and 2000),
  at            timestamptz not null,
  by_id         uuid not null references access.person,
  ended_at      timestamptz check (ended_at >= at),
  ended_by      uuid references access.person,
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  check ((ended_at is null) = (ended_by is null))
);
create index on incidents.safety_message (incident_id);
select access.protect_child('incidents.safety_message', 'incidents', 'incidents.incident', 'incident_id');

-- A named clock that rings on the board once it is due, until somebody stops it. An incident may have one without a command.
create table incidents.timer (
  id          uuid primary key,
  incident_id uuid not null references incidents.incident on delete cascade,
  name        text not null check (length(name) between 1 and 120),
  due_at      timestamptz not null,
  started_at  timestamptz not null check (due_at > started_at),
  started_by  uuid not null references access.person,
  stopped_at  timestamptz check (stopped_at >= started_at),
  stopped_by  uuid references access.person,
  check ((stopped_at is null) = (stopped_by is null))
);
create index on incidents.timer (incident_id);
select access.protect_child('incidents.timer', 'incidents', 'incidents.incident', 'incident_id');

create function incidents.keep_decision() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user in ('parapet_person', 'parapet_org') and (old.struck_at is not null or (old.number, old.decision, old.why, old.options, old.decided_by, old.at) is distinct from (new.number, new.decision, new.why, new.options, new.decided_by, new.at)) then
    raise exception 'a decision is struck, not changed' using errcode = '42501';
  end if;
  return new;
end $$;
revoke execute on function incidents.keep_decision() from public;
create trigger keep before update on incidents.decision for each row execute function incidents.keep_decision();
create trigger keep before update on incidents.objective for each row execute function incidents.keep_ended('struck_at');
create trigger keep before update on incidents.safety_message for each row execute function incidents.keep_ended('ended_at');
create trigger keep before update on incidents.timer for each row execute function incidents.keep_ended('stopped_at');

select retention.protect(('incidents.' || tbl)::regclass, 'incidents.incident', 'incident_id') from unnest(array['objective', 'need', 'decision', 'safety_message', 'timer']) tbl;
