-- An alarm of what stands behind a device that is down is folded into the alarm of that device: it stays a record of its own and does not ring.
alter table alarms.alarm
  add column folded_into   uuid check (folded_into <> id),
  add column folded_behind uuid,
  add check ((folded_into is null) = (folded_behind is null));
create index on alarms.alarm (folded_into) where folded_into is not null;
create index alarm_folded_open on alarms.alarm (folded_behind) where folded_into is not null and handling <> 'closed';
