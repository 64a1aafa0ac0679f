-- The command of an incident: activated, filled, handed over, ended. All of it goes with its incident by foreign key.
create extension if not exists btree_gist;

create table incidents.activation (
  id           uuid primary key,
  incident_id  uuid not null references incidents.incident on delete cascade,
  -- The first time, the second time: an incident may need a command again.
  number       int not null check (number > 0),
  level        smallint not null check (level between 1 and 4),
  -- One commander, or several who command together.
  mode         text not null default 'single' check (mode in ('single', 'unified')),
  why          text not null default '' check (length(why) <= 1000),
  activated_at timestamptz not null,
  activated_by uuid not null references access.person,
  ended_at     timestamptz check (ended_at >= activated_at),
  ended_by     uuid references access.person,
  ended_why    text check (length(ended_why) <= 4000),
  -- What stood open when it ended, counted.
  left_open    jsonb,
  unique (incident_id, number),
  unique (id, incident_id),
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null) and (ended_at is null) = (left_open is null))
);
create unique index one_command_at_a_time on incidents.activation (incident_id) where ended_at is null;
select access.protect_child('incidents.activation', 'incidents', 'incidents.incident', 'incident_id');

-- A place in the organisation of a command, whoever fills it.
create table incidents.command_position (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  parent_id     uuid check (parent_id <> id),
  kind          text not null check (kind in ('commander', 'deputy', 'safety', 'information', 'liaison', 'operations', 'planning', 'logistics', 'finance', 'intelligence', 'staging', 'branch', 'division', 'group', 'unit', 'task-force', 'strike-team')),
  title         text not null check (length(title) between 1 and 120),
  ordinal       int not null,
  added_at      timestamptz not null,
  added_by      uuid not null references access.person,
  closed_at     timestamptz check (closed_at >= added_at),
  closed_by     uuid references access.person,
  unique (id, incident_id),
  unique (id, activation_id),
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  foreign key (parent_id, activation_id) references incidents.command_position (id, activation_id) on delete cascade,
  check ((parent_id is null) = (kind = 'commander')),
  check ((closed_at is null) = (closed_by is null))
);
create unique index one_command_post on incidents.command_position (activation_id) where kind = 'commander';
create index on incidents.command_position (incident_id);
create index on incidents.command_position (parent_id) where parent_id is not null;
select access.protect_child('incidents.command_position', 'incidents', 'incidents.incident', 'incident_id');

-- Who fills a position, from when until when. Somebody of another organisation who has no account stands there by name.
create table incidents.position_holder (
  id          uuid primary key,
  incident_id uuid not null references incidents.incident on delete cascade,
  position_id uuid not null,
  -- Zero, but for those who command together: each has a seat.
  seat        smallint not null default 0 check (seat between 0 and 12),
  person_id   uuid references access.person,
  name        text not null default '' check (length(name) <= 120),
  agency      text not null default '' check (length(agency) <= 120),
  from_at     timestamptz not null,
  from_by     uuid not null references access.person,
  until_at    timestamptz,
  until_by    uuid references access.person,
  foreign key (position_id, incident_id) references incidents.command_position (id, incident_id) on delete cascade,
  unique (id, incident_id),
  check ((person_id is null) <> (name = '')),
  check ((until_at is null) = (until_by is null)),
  check (until_at is null or until_at >= from_at),
  -- At no moment two in one place.
  constraint one_holder_at_each_moment exclude using gist (position_id with =, seat with =, tstzrange(from_at, until_at) with &&)
);
create unique index one_seat_a_person on incidents.position_holder (position_id, person_id) where until_at is null and person_id is not null;
create index on incidents.position_holder (incident_id);
create index on incidents.position_holder (person_id) where until_at is null;
select access.protect_child('incidents.position_holder', 'incidents', 'incidents.incident', 'incident_id');

-- Command is handed over with a briefing, and held by the next from the moment that they accept.
create table incidents.transfer (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  holder_id     uuid not null,
  to_id         uuid not null references access.person,
  state         text not null default 'proposed' check (state in ('proposed', 'accepted', 'refused', 'withdrawn', 'assumed')),
  -- What was said, by topic.
  briefing      jsonb not null check (jsonb_typeof(briefing) = 'object'),
  proposed_at   timestamptz not null,
  proposed_by   uuid not null references access.person,
  decided_at    timestamptz check (decided_at >= proposed_at),
  decided_by    uuid references access.person,
  why           text not null default '' check (length(why) <= 1000),
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  foreign key (holder_id, incident_id) references incidents.position_holder (id, incident_id) on delete cascade,
  check ((state = 'proposed') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check (state not in ('refused', 'assumed') or why <> '')
);
create unique index one_transfer_at_a_time on incidents.transfer (holder_id) where state = 'proposed';
create index on incidents.transfer (incident_id);
select access.protect_child('incidents.transfer', 'incidents', 'incidents.incident', 'incident_id');

-- An operational period: planned until `ends_at`, over at `ended_at`; none overlaps another.
create table incidents.period (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  activation_id uuid not null,
  number        int not null check (number > 0),
  starts_at     timestamptz not null,
  ends_at       timestamptz not null check (ends_at > starts_at),
  -- What matters most in it, in the commander's words.
  emphasis      text not null default '' check (length(emphasis) <= 4000),
  begun_by      uuid not null references access.person,
  ended_at      timestamptz check (ended_at >= starts_at),
  ended_by      uuid references access.person,
  unique (activation_id, number),
  unique (id, incident_id),
  foreign key (activation_id, incident_id) references incidents.activation (id, incident_id) on delete cascade,
  check ((ended_at is null) = (ended_by is null)),
  constraint one_period_at_each_moment exclude using gist (activation_id with =, tstzrange(starts_at, ended_at) with &&)
);
create index on incidents.period (incident_id);
select access.protect_child('incidents.period', 'incidents', 'incidents.incident', 'incident_id');

-- A step of the planning cycle that was marked in a period; what is due when follows from the period's end.
create table incidents.period_step (
  period_id   uuid not null,
  incident_id uuid not null references incidents.incident on delete cascade,
  step        text not null check (step ~ '^[a-z][a-z0-9-]{1,39}$'),
  -- False where it was marked by mistake and taken back, by whom and when.
  is_done     boolean not null default true,
  done_at     timestamptz not null,
  done_by     uuid not null references access.person,
  primary key (period_id, step),
  foreign key (period_id, incident_id) references incidents.period (id, incident_id) on delete cascade
);
create index on incidents.period_step (incident_id);
select access.protect_child('incidents.period_step', 'incidents', 'incidents.incident', 'incident_id');

-- What is over stays as it was.
create function incidents.keep_ended() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- An erasure works as the owner of the tables.
  if current_user in ('parapet_person', 'parapet_org') and (pg_catalog.to_jsonb(old) ->> tg_argv[0]) is not null then
    raise exception 'what is over stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep before update on incidents.activation for each row execute function incidents.keep_ended('ended_at');
create trigger keep before update on incidents.position_holder for each row execute function incidents.keep_ended('until_at');
create trigger keep before update on incidents.transfer for each row execute function incidents.keep_ended('decided_at');
create trigger keep before update on incidents.period for each row execute function incidents.keep_ended('ended_at');

-- As long as a command is in force somebody holds it: one, or at least two together. Asked when the transaction commits.
create function incidents.check_command(activation uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  standing record;
  held int;
begin
  select a.mode, a.ended_at into standing from incidents.activation a where a.id operator(pg_catalog.=) activation for update;
  if not found then return; end if;
  select pg_catalog.count(*) into held from incidents.command_position p join incidents.position_holder h on h.position_id operator(pg_catalog.=) p.id
    where p.activation_id operator(pg_catalog.=) activation and p.kind operator(pg_catalog.=) 'commander' and h.until_at is null;
  if (standing.ended_at is not null and held <> 0) or (standing.ended_at is null and standing.mode = 'single' and held <> 1) or (standing.ended_at is null and standing.mode = 'unified' and held < 2) then
    raise exception 'a command in force is held by exactly one commander, or by a unified command' using errcode = '23514', constraint = 'exactly_one_command';
  end if;
end $$;
create function incidents.on_command() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name operator(pg_catalog.=) 'activation' then
    perform incidents.check_command(new.id);
  else
    perform incidents.check_command(p.activation_id) from incidents.command_position p where p.id operator(pg_catalog.=) new.position_id and p.kind operator(pg_catalog.=) 'commander';
  end if;
  return null;
end $$;
revoke execute on function incidents.keep_ended(), incidents.check_command(uuid), incidents.on_command() from public;
create constraint trigger exactly_one_command after insert or update on incidents.activation deferrable initially deferred for each row execute function incidents.on_command();
create constraint trigger exactly_one_command after insert or update on incidents.position_holder deferrable initially deferred for each row execute function incidents.on_command();

select retention.protect(('incidents.' || tbl)::regclass, 'incidents.incident', 'incident_id') from unnest(array['activation', 'command_position', 'position_holder', 'transfer', 'period', 'period_step']) tbl;
