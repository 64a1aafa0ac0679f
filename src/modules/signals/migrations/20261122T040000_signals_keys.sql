-- The key that a source's messages are encrypted with, sealed under a key of the data folder. The web never reads it, sealed or not.
alter table signals.source
  add column key_bits smallint check (key_bits between 128 and 256 and key_bits % 64 = 0),
  add column key_at   timestamptz,
  add constraint key_is_dated check ((key_bits is null) = (key_at is null));
create table signals.source_key (
  source_id uuid primary key references signals.source,
  sealed    bytea
);
select access.protect_child('signals.source_key', 'signals', 'signals.source', 'source_id');
revoke select on signals.source_key from parapet_person, parapet_org;
grant select (source_id) on signals.source_key to parapet_person, parapet_org;
grant select on signals.source_key to parapet_intake;
create policy intake_select on signals.source_key for select to parapet_intake using (true);

-- What was opened of encrypted bytes when they came: keys change, and what came must stay readable. The batch's digest covers it.
alter table signals.signal add column clear bytea;

-- Also of known sources, where their key is missing or another: what was kept is taken in once the right one is set.
alter table signals.quarantine add column why text not null default 'unknown' check (why in ('unknown', 'no-key', 'wrong-key'));

-- What of a source was refused last, and why: who set the panel up reads it at the source.
alter table signals.heard
  alter column at drop not null,
  alter column remote drop not null,
  add column refused_at   timestamptz,
  add column refused_from text,
  add column refused_why  text;
