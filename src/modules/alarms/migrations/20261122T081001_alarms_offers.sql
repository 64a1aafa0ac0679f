-- To whom of those on duty a new alarm is offered. Anybody may take it all the same.
create table alarms.routing (
  one             boolean primary key default true check (one),
  is_on           boolean not null default true,
  answer_within_s int not null default 30 check (answer_within_s between 10 and 600),
  changed_by      uuid references access.person,
  changed_at      timestamptz
);
insert into alarms.routing default values;
select access.guard('alarms.routing', 'alarms:read', '{alarms}');
revoke insert, delete on alarms.routing from parapet_person, parapet_org;

create table alarms.offer (
  alarm_id   uuid primary key references alarms.alarm,
  -- Null once it was offered to each: then it is for anyone.
  person_id  uuid references access.person,
  offered_at timestamptz not null,
  -- Why them: how many they had open, the least among so many.
  open       int not null,
  among      int not null,
  passed     uuid[] not null default '{}'
);
create index on alarms.offer (person_id);
select access.protect_child('alarms.offer', 'alarms', 'alarms.alarm', 'alarm_id');
create index alarm_acknowledged_by on alarms.alarm (acknowledged_by, acknowledged_at) where acknowledged_at is not null;
create index alarm_held on alarms.alarm (owner_id) where owner_id is not null and handling <> 'closed';

-- Who is on duty and may handle each of these alarms, with what they have in hand. For the correlator.
create function alarms.operators_for(ids uuid[]) returns table (alarm_id uuid, person_id uuid, open int, recent int, offered int) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if access.permission() is distinct from 'alarms:raise' then raise exception 'for the correlator' using errcode = '42501'; end if;
  return query
    with duty as materialized (
      select s.person_id, s.site_id,
        (select count(*)::int from alarms.alarm h where h.owner_id = s.person_id and h.handling <> 'closed') as open,
        (select count(*)::int from alarms.alarm h where h.acknowledged_by = s.person_id and h.acknowledged_at > now() - interval '10 minutes') as recent,
        (select count(*)::int from alarms.offer f join alarms.alarm h on h.id = f.alarm_id and h.owner_id is null and h.handling = 'unacknowledged' where f.person_id = s.person_id) as offered
      from alarms.shift s where s.ended_at is null
    )
    select a.id, d.person_id, d.open, d.recent, d.offered from alarms.alarm a join duty d on alarms.covers(d.site_id, a.site_id) and two_person.may(d.person_id, a.site_id, a.wall_id, 'alarms:handle')
    where a.id = any (ids);
end $$;
revoke execute on function alarms.operators_for(uuid[]) from public;
grant execute on function alarms.operators_for(uuid[]) to parapet_person, parapet_org;

create or replace function alarms.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from alarms.offer where alarm_id = any (ids);
  delete from alarms.alarm_signal where alarm_id = any (ids);
  delete from alarms.alarm where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
select retention.protect('alarms.offer', 'alarms.alarm', 'alarm_id');
