-- Rules over several signals: typed data in versions, tried over stored signals before one is put into force.
create table alarms.rule (
  id         uuid primary key,
  number     text not null unique,
  name       text not null check (length(name) between 1 and 120),
  created_by uuid not null references access.person,
  created_at timestamptz not null,
  version    int not null default 1
);
create table alarms.rule_version (
  id            uuid primary key,
  rule_id       uuid not null references alarms.rule,
  n             int not null check (n > 0),
  name          text not null check (length(name) between 1 and 120),
  why           text not null check (length(why) <= 1000),
  definition    jsonb not null,
  state         text not null check (state in ('draft', 'active', 'retired')),
  written_by    uuid not null references access.person,
  written_at    timestamptz not null,
  activated_by  uuid references access.person,
  activated_at  timestamptz,
  activated_why text check (length(activated_why) <= 1000),
  is_alone      boolean not null default false,
  retired_by    uuid references access.person,
  retired_at    timestamptz,
  retired_why   text check (length(retired_why) <= 1000),
  -- From which to which signal it holds, by when we heard them: set by the correlator in the step that takes it up, so that the same signals give the same alarms again.
  holds_from    timestamptz,
  holds_until   timestamptz,
  unique (rule_id, n),
  check (state <> 'draft' or activated_at is null),
  check (state <> 'active' or activated_at is not null),
  check ((state = 'retired') = (retired_at is not null))
);
create unique index one_draft_a_rule on alarms.rule_version (rule_id) where state = 'draft';
create unique index one_active_version_a_rule on alarms.rule_version (rule_id) where state = 'active';
create index rule_version_to_take_up on alarms.rule_version (id) where (state = 'active' and holds_from is null) or (state = 'retired' and holds_from is not null and holds_until is null);

-- What a version would have raised over stored signals, as who tried it may see them.
create table alarms.back_test (
  id          uuid primary key,
  version_id  uuid not null references alarms.rule_version,
  job_id      uuid,
  by_id       uuid not null references access.person,
  at          timestamptz not null,
  from_at     timestamptz not null,
  until_at    timestamptz not null,
  signals     int not null,
  found       int not null,
  -- How many of these the version in force raises too, and how many it raises that this one would not.
  same        int,
  only_active int,
  is_whole    boolean not null,
  is_cut      boolean not null,
  check (from_at < until_at)
);
create index on alarms.back_test (version_id, at desc);
create table alarms.back_test_alarm (
  id           uuid primary key,
  back_test_id uuid not null references alarms.back_test,
  n            int not null,
  site_id      uuid references access.site,
  wall_id      uuid references access.wall,
  sight_id     uuid generated always as (coalesce(wall_id, site_id)) stored,
  at           timestamptz not null,
  source_id    uuid not null,
  source_name  text not null,
  point        text,
  area         text,
  signals      jsonb not null,
  -- both: the version in force raises it too; new: only the one tried; gone: only the one in force.
  standing     text not null check (standing in ('new', 'both', 'gone')),
  unique (back_test_id, n)
);
select access.guard('alarms.rule', 'alarms:read', '{alarms}');
select access.guard('alarms.rule_version', 'alarms:read', '{alarms}');
select access.guard('alarms.back_test', 'alarms:read', '{alarms}');
revoke delete on alarms.rule, alarms.rule_version, alarms.back_test from parapet_person, parapet_org;
select access.protect('alarms.back_test_alarm', 'alarms', 'alarms:read');
revoke update on alarms.back_test_alarm from parapet_person, parapet_org;

-- What was written, tried and put into force is not written over.
create function alarms.keep_rule_version() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'draft' and (old.definition is distinct from new.definition or old.name is distinct from new.name or old.why is distinct from new.why or old.written_by is distinct from new.written_by) then
    raise exception 'a version that was in force stays as it was' using errcode = '42501';
  end if;
  if old.state = 'draft' and new.state = 'active' and (new.activated_by is distinct from access.me() or (new.activated_by = new.written_by and two_person.second_exists(null, null, null, 'alarms:publish-rules'))) then
    raise exception 'who wrote a version does not put it into force while another may' using errcode = '42501';
  end if;
  if old.holds_from is not null and new.holds_from is distinct from old.holds_from or old.holds_until is not null and new.holds_until is distinct from old.holds_until then
    raise exception 'from and until when a version holds is said once' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep_rule_version before update on alarms.rule_version for each row execute function alarms.keep_rule_version();

-- How far the rules over several signals have come, by the time we heard signals; and what each version in force remembers, with how far every stream was read then.
create table alarms.rule_clock (
  id       int primary key check (id = 1),
  known_at timestamptz not null
);
create table alarms.rule_memory (
  id       int primary key check (id = 1),
  known_at timestamptz not null,
  cursors  jsonb not null,
  memory   jsonb not null
);
select access.guard('alarms.rule_clock', 'alarms:raise', '{alarms}');
select access.guard('alarms.rule_memory', 'alarms:raise', '{alarms}');
revoke delete on alarms.rule_clock, alarms.rule_memory from parapet_person, parapet_org;

-- What a rule kept from ringing: the signal is stored all the same, and its end is never held.
create table alarms.held_signal (
  id              uuid primary key,
  signal_key      uuid not null,
  rule_version_id uuid not null references alarms.rule_version,
  site_id         uuid references access.site,
  wall_id         uuid references access.wall,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  at              timestamptz not null
);
create index on alarms.held_signal (rule_version_id, at desc);
select access.protect('alarms.held_signal', 'alarms', 'alarms:read');
revoke update on alarms.held_signal from parapet_person, parapet_org;

-- Which rule raised an alarm; none where a signal did alone.
alter table alarms.alarm add column rule_version_id uuid references alarms.rule_version;
create index on alarms.alarm (rule_version_id, raised_at desc) where rule_version_id is not null;
