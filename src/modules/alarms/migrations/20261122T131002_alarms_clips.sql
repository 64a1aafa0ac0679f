-- The moving pictures of the time of an alarm, or why there are none: one try. The file hangs on the alarm; struck or let go, its id stays here.
create table alarms.clip (
  alarm_id  uuid primary key references alarms.alarm,
  device_id uuid not null references devices.device,
  asked_at  timestamptz not null,
  from_at   timestamptz,
  until_at  timestamptz,
  file_id   uuid,
  why       text check (why in ('unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault', 'not-stored', 'no-ffmpeg', 'paced', 'too-many')),
  detail    text not null default '' check (length(detail) <= 400),
  check ((file_id is null) = (why is not null) and (file_id is null) = (from_at is null) and (file_id is null) = (until_at is null) and from_at <= until_at)
);
create index on alarms.clip (device_id);
select access.protect_child('alarms.clip', 'alarms', 'alarms.alarm', 'alarm_id', '{"device_id": "devices.device"}');
select retention.protect('alarms.clip', 'alarms.alarm', 'alarm_id');

create or replace function alarms.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from alarms.clip where alarm_id = any (ids);
  delete from alarms.picture where alarm_id = any (ids);
  delete from alarms.offer where alarm_id = any (ids);
  delete from alarms.alarm_signal where alarm_id = any (ids);
  delete from alarms.alarm where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
