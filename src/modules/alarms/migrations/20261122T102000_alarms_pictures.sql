-- The picture of the time of an alarm, or why there is none: one try, never before the alarm itself. The file hangs on the alarm; struck or let go, its id stays here.
create table alarms.picture (
  alarm_id  uuid primary key references alarms.alarm,
  device_id uuid not null references devices.device,
  asked_at  timestamptz not null,
  taken_at  timestamptz,
  file_id   uuid,
  why       text check (why in ('unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault', 'busy', 'not-stored', 'paced', 'too-many', 'too-late')),
  detail    text not null default '' check (length(detail) <= 400),
  check ((file_id is null) = (why is not null) and (file_id is null) = (taken_at is null))
);
create index on alarms.picture (device_id);
select access.protect_child('alarms.picture', 'alarms', 'alarms.alarm', 'alarm_id', '{"device_id": "devices.device"}');
select retention.protect('alarms.picture', 'alarms.alarm', 'alarm_id');

create or replace function alarms.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from alarms.picture where alarm_id = any (ids);
  delete from alarms.offer where alarm_id = any (ids);
  delete from alarms.alarm_signal where alarm_id = any (ids);
  delete from alarms.alarm where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
