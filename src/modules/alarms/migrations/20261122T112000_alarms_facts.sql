-- What figures count: neither walled nor simulated alarms, nor what rang on test or folded into another's. An answer is a person's: to claim, to
-- acknowledge, or to close; what ended by itself has none.
create view alarms.v_alarm_fact with (security_invoker = true) as
  select a.id, a.site_id, a.type, a.priority, a.source_id, coalesce(a.point, '') as point, a.raised_at, least(a.claimed_at, a.acknowledged_at, case when a.closed_by is not null then a.closed_at end) as answered_at,
    a.closed_at, a.closed_by is not null as by_person, a.disposition, a.handling, a.answer_by, a.source_name
  from alarms.alarm a where a.wall_id is null and not a.is_simulated and a.on_test_id is null and a.folded_into is null;
create view alarms.v_shift_fact with (security_invoker = true) as
  select s.id, s.site_id, s.began_at, s.ended_at, s.ended_how from alarms.shift s;
grant select on alarms.v_alarm_fact, alarms.v_shift_fact to parapet_person, parapet_org;
create index if not exists alarm_closed_at on alarms.alarm (closed_at) where closed_at is not null;
