-- Who is on duty, what they wrote in the log of the shift, and how one shift was handed to the next.
create table alarms.shift (
  id         uuid primary key,
  number     text not null unique,
  -- The part of the estate that is watched: a site with all below it; null is all of it.
  site_id    uuid references access.site,
  wall_id    uuid references access.wall check (wall_id is null),
  sight_id   uuid generated always as (coalesce(wall_id, site_id)) stored,
  person_id  uuid not null references access.person,
  desk       text not null default '' check (length(desk) <= 60),
  reach      text not null default '' check (length(reach) <= 120),
  began_at   timestamptz not null,
  ended_at   timestamptz check (ended_at >= began_at),
  ended_by   uuid references access.person,
  ended_how  text check (ended_how in ('handed-over', 'to-nobody', 'by-supervisor')),
  ended_why  text check (length(ended_why) <= 1000),
  version    int not null default 1,
  check ((ended_at is null) = (ended_how is null) and (ended_at is null) = (ended_by is null)),
  check (ended_how is null or ended_how = 'handed-over' or ended_why is not null)
);
create unique index one_open_shift_a_person on alarms.shift (person_id) where ended_at is null;
create index on alarms.shift (began_at desc, id desc);
create index on alarms.shift (sight_id, began_at desc, id desc);
create index on alarms.shift (ended_at) where ended_at is not null;
select access.protect('alarms.shift', 'alarms', 'alarms:read');

create table alarms.shift_entry (
  id         uuid primary key,
  shift_id   uuid not null references alarms.shift,
  at         timestamptz not null,
  by_id      uuid not null references access.person,
  words      text not null check (length(words) between 1 and 4000),
  -- What it is about, by id alone: an alarm or an incident may go by retention, or behind a wall.
  about_id   uuid,
  struck_at  timestamptz,
  struck_by  uuid references access.person,
  struck_why text check (length(struck_why) <= 1000),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_why is null))
);
create index on alarms.shift_entry (shift_id, at desc, id desc);
select access.protect_child('alarms.shift_entry', 'alarms', 'alarms.shift', 'shift_id');

create table alarms.hand_over (
  id          uuid primary key,
  shift_id    uuid not null references alarms.shift,
  state       text not null check (state in ('proposed', 'accepted', 'refused', 'withdrawn', 'to-nobody')),
  proposed_at timestamptz not null,
  notes       text not null default '' check (length(notes) <= 4000),
  -- What was checked, and what stood open at that moment.
  checked     text[] not null default '{}',
  frozen      jsonb not null,
  decided_at  timestamptz,
  decided_by  uuid references access.person,
  why         text check (length(why) <= 1000),
  -- By id alone: shifts go by retention one by one.
  next_shift  uuid,
  -- What changed hands: how many went along, and how many back to the queue since who took over may not handle them.
  moved       int,
  returned    int,
  told_at     timestamptz,
  check ((state = 'proposed') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check ((state = 'accepted') = (next_shift is not null)),
  check (state not in ('refused', 'to-nobody') or why is not null)
);
create unique index one_hand_over_at_a_time on alarms.hand_over (shift_id) where state = 'proposed';
create unique index one_hand_over_ends_a_shift on alarms.hand_over (shift_id) where state in ('accepted', 'to-nobody');
create index on alarms.hand_over (shift_id, proposed_at desc);
create index hand_over_waits on alarms.hand_over (proposed_at) where state = 'proposed' and told_at is null;
select access.protect_child('alarms.hand_over', 'alarms', 'alarms.shift', 'shift_id');

-- What was said and what was handed over stays as it was; an entry is struck once.
create function alarms.keep_entry() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.id, old.shift_id, old.at, old.by_id, old.words, old.about_id) is distinct from (new.id, new.shift_id, new.at, new.by_id, new.words, new.about_id) or old.struck_at is not null then
    raise exception 'an entry of a shift log stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep before update on alarms.shift_entry for each row execute function alarms.keep_entry();
create function alarms.keep_hand_over() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if (old.id, old.shift_id, old.proposed_at, old.notes, old.checked, old.frozen) is distinct from (new.id, new.shift_id, new.proposed_at, new.notes, new.checked, new.frozen) or (old.state <> 'proposed') then
    raise exception 'what was handed over stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep before update on alarms.hand_over for each row execute function alarms.keep_hand_over();
create function alarms.keep_shift() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.ended_at is not null or (old.id, old.number, old.site_id, old.person_id, old.began_at) is distinct from (new.id, new.number, new.site_id, new.person_id, new.began_at) then
    raise exception 'a shift that has ended stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep before update on alarms.shift for each row execute function alarms.keep_shift();

-- Does what is watched from here cover that site?
create function alarms.covers(watched uuid, site uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select watched is null or exists (select from access.site top join access.site s on s.path operator(public.<@) top.path where top.id = watched and s.id = site)
$$;
revoke execute on function alarms.covers(uuid, uuid) from public;
grant execute on function alarms.covers(uuid, uuid) to parapet_person, parapet_org;

-- Who is on duty and may handle an alarm at this site, for who may read alarms there.
create function alarms.on_duty_at(site uuid) returns table (shift_id uuid, person_id uuid, name text, desk text, reach text, began_at timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id, s.person_id, p.name, s.desk, s.reach, s.began_at
  from alarms.shift s join access.person p on p.id = s.person_id
  where s.ended_at is null and access.may_at(on_duty_at.site, null, 'alarms:read') and alarms.covers(s.site_id, on_duty_at.site) and two_person.may(s.person_id, on_duty_at.site, null, 'alarms:handle')
  order by s.began_at, s.id limit 100
$$;
revoke execute on function alarms.on_duty_at(uuid) from public;
grant execute on function alarms.on_duty_at(uuid) to parapet_person, parapet_org;

-- What somebody who leaves the desk held: to who takes over and may handle it, else back to the queue. At any label, as when somebody leaves for good.
create function alarms.pass_on(from_shift uuid, receiver uuid) returns table (id uuid, site_id uuid, wall_id uuid, owner_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare leaving alarms.shift;
begin
  select * into leaving from alarms.shift s where s.id = from_shift and s.ended_at is null;
  if leaving.id is null or access.permission() not in ('alarms:handover', 'alarms:supervise') or not (leaving.person_id = access.me() or access.may_at(leaving.site_id, null, access.permission())) or (receiver is not null and receiver <> access.me()) then
    raise exception 'not for you to hand over' using errcode = '42501';
  end if;
  return query
    with held as (
      select a.id, case when receiver is not null and two_person.may(receiver, a.site_id, a.wall_id, 'alarms:handle') then receiver end as next
      from alarms.alarm a where a.owner_id = leaving.person_id and a.handling <> 'closed' and (receiver is not null or leaving.person_id = access.me() or access.may_at(a.site_id, a.wall_id, access.permission()))
      order by a.id for update
    ), moved as (
      update alarms.alarm a set owner_id = h.next, claimed_at = case when h.next is not null then now() end, version = a.version + 1,
        handling = case when h.next is null and a.handling = 'acknowledged' then 'unacknowledged' else a.handling end,
        acknowledged_by = case when h.next is null and a.handling = 'acknowledged' then null else a.acknowledged_by end, acknowledged_at = case when h.next is null and a.handling = 'acknowledged' then null else a.acknowledged_at end
      from held h where h.id = a.id returning a.id, a.site_id, a.wall_id, a.owner_id, a.handling
    ), headed as (
      update platform.record r set state = m.handling, updated_at = now(), version = r.version + 1 from moved m where r.id = m.id and r.state <> m.handling
    )
    select m.id, m.site_id, m.wall_id, m.owner_id from moved m;
end $$;
revoke execute on function alarms.pass_on(uuid, uuid) from public;
grant execute on function alarms.pass_on(uuid, uuid) to parapet_person, parapet_org;

-- What a person did to alarms, by the ledger: so a shift's log needs no copy of it.
create index entry_of_alarm_work on ledger.entry (actor, at) where verb in ('alarms.claimed', 'alarms.taken-over', 'alarms.released', 'alarms.acknowledged', 'alarms.returned', 'alarms.shelved', 'alarms.unshelved', 'alarms.closed', 'alarms.became-incident');
create function alarms.shift_steps(shift uuid) returns table (id uuid, at timestamptz, verb text, record_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.at, e.verb, e.record_id
  from alarms.shift s join ledger.entry e on e.actor = s.person_id and e.at >= s.began_at and e.at <= coalesce(s.ended_at, now())
  where s.id = shift_steps.shift and access.may_at(s.site_id, null, 'alarms:read')
    and e.verb in ('alarms.claimed', 'alarms.taken-over', 'alarms.released', 'alarms.acknowledged', 'alarms.returned', 'alarms.shelved', 'alarms.unshelved', 'alarms.closed', 'alarms.became-incident')
  order by e.at desc limit 20000
$$;
revoke execute on function alarms.shift_steps(uuid) from public;
grant execute on function alarms.shift_steps(uuid) to parapet_person, parapet_org;
create index on alarms.alarm (escalated_at) where escalated_at is not null;

-- Shifts under retention and legal holds.
create function alarms.shifts_due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select s.id, s.id, s.ended_at from alarms.shift s where s.ended_at <= before and (among is null or s.id = any (among)) order by s.ended_at, s.id limit most
$$;
create function alarms.shift_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select s.id, s.id, s.site_id, s.began_at, s.ended_at, array_remove(array[s.person_id, s.ended_by], null) from alarms.shift s where s.id = any (ids)
$$;
create function alarms.let_shifts_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from alarms.hand_over where shift_id = any (ids);
  delete from alarms.shift_entry where shift_id = any (ids);
  delete from alarms.shift where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function alarms.let_shifts_go(uuid[]) from public;
select retention.protect('alarms.shift', 'alarms.shift', 'id');
select retention.protect('alarms.shift_entry', 'alarms.shift', 'shift_id');
select retention.protect('alarms.hand_over', 'alarms.shift', 'shift_id');
