-- Sheets of the ICS forms: drafts that fill themselves, and what was signed, frozen as it was.
create table incidents.form_sheet (
  id           uuid primary key,
  incident_id  uuid not null references incidents.incident on delete cascade,
  form         text not null check (form ~ '^2[0-2][0-9]A?$'),
  period_id    uuid,
  -- The unit of a 204 or 215, the position of a 214, the resource of a 221; its name as it was.
  subject_id   uuid,
  subject      text not null default '' check (length(subject) <= 400),
  -- A later change of what was signed is a new version of the same sheet.
  chain_id     uuid not null,
  version      int not null check (version > 0),
  why          text not null default '' check (length(why) <= 1000),
  -- Counts the changes of a draft.
  edition      int not null default 1,
  -- What somebody wrote, by field; all else is filled when it is read.
  written      jsonb not null default '{}' check (jsonb_typeof(written) = 'object'),
  begun_at     timestamptz not null,
  begun_by     uuid not null references access.person,
  changed_at   timestamptz not null,
  -- Signed: every field with its value and source, as it stood.
  frozen       jsonb,
  signed_at    timestamptz,
  signed_by    uuid references access.person,
  signed_as    text not null default '' check (length(signed_as) <= 200),
  approved_at  timestamptz,
  approved_by  uuid references access.person,
  foreign key (period_id, incident_id) references incidents.period (id, incident_id) on delete cascade,
  unique (chain_id, version),
  check ((signed_at is null) = (signed_by is null) and (signed_at is null) = (frozen is null)),
  check ((approved_at is null) = (approved_by is null)),
  check (approved_at is null or (signed_at is not null and approved_by <> signed_by))
);
-- One draft at a time of each sheet, and each sheet begun once a period.
create unique index one_draft on incidents.form_sheet (chain_id) where signed_at is null;
create unique index one_sheet on incidents.form_sheet (incident_id, form, period_id, subject_id) nulls not distinct where version = 1 and form not in ('209', '210', '213');
create index on incidents.form_sheet (incident_id, form);
select access.protect_child('incidents.form_sheet', 'incidents', 'incidents.incident', 'incident_id');

create function incidents.keep_signed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  -- An erasure works as the owner of the tables.
  if current_user in ('parapet_person', 'parapet_org') and old.signed_at is not null and (pg_catalog.to_jsonb(new) - 'approved_at' - 'approved_by') is distinct from (pg_catalog.to_jsonb(old) - 'approved_at' - 'approved_by') then
    raise exception 'what was signed stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
revoke execute on function incidents.keep_signed() from public;
create trigger keep before update on incidents.form_sheet for each row execute function incidents.keep_signed();
select retention.protect('incidents.form_sheet', 'incidents.incident', 'incident_id');
