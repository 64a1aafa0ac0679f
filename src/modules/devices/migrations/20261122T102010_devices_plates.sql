-- What a device says of itself, by its own protocol: its last word, when it was read, and what it said before its last change.
create table devices.plate (
  device_id    uuid primary key references devices.device,
  asked_at     timestamptz not null,
  why          text check (why in ('unreachable', 'not-allowed', 'credentials', 'unreadable', 'fault')),
  read_at      timestamptz,
  make         text not null default '',
  model        text not null default '',
  serial       text not null default '',
  firmware     text not null default '',
  changed_at   timestamptz,
  was_make     text,
  was_model    text,
  was_serial   text,
  was_firmware text
);
select access.protect_child('devices.plate', 'devices', 'devices.device', 'device_id');
