-- What comes late from a device that was offline. The log: from which device, when it was written there, which entry it corrects.
alter table incidents.log_entry drop constraint log_entry_kind_check;
alter table incidents.log_entry add constraint log_entry_kind_check check (kind in ('note', 'decision', 'action', 'contact', 'observation', 'order'));
alter table incidents.log_entry add column corrects uuid references incidents.log_entry, add column device_id uuid, add column written_at timestamptz,
  add check ((device_id is null) = (written_at is null)), add check (corrects <> id);
create index on incidents.log_entry (corrects) where corrects is not null;

-- Fields of which several versions stand, until somebody decides.
alter table incidents.incident add column disputed text[] not null default '{}';

-- Every edit of the facts that a device may change while offline, the ones made on the server too: what stands follows from all of them.
create table incidents.fact_edit (
  id           uuid not null,
  incident_id  uuid not null references incidents.incident,
  field        text not null check (field in ('title', 'place', 'narrative', 'reportedBy')),
  value        text not null,
  -- The version of the incident that its writer had read, and the one that it made.
  base_version int not null,
  version      int not null,
  device_id    uuid,
  seq          bigint not null default 0,
  -- By the clock of the device; by ours as near as the device knew it; when it came.
  written_at   timestamptz,
  at           timestamptz not null,
  noted_at     timestamptz not null,
  by_id        uuid not null references access.person,
  primary key (id, field),
  check ((device_id is null) = (written_at is null)),
  check (base_version < version)
);
create index on incidents.fact_edit (incident_id, field);
select access.protect_child('incidents.fact_edit', 'incidents', 'incidents.incident', 'incident_id');
revoke update on incidents.fact_edit from parapet_person, parapet_org;
