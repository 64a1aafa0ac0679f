-- A head-end may sign what it sends: how stands with the source, the secret sealed beside it and never read by people.
alter table signals.source add column signature jsonb check (jsonb_typeof(signature) = 'object');
create table signals.source_signature (
  source_id uuid primary key references signals.source,
  sealed    bytea
);
select access.protect_child('signals.source_signature', 'signals', 'signals.source', 'source_id');
revoke select on signals.source_signature from parapet_person, parapet_org;
grant select (source_id) on signals.source_signature to parapet_person, parapet_org;
grant select on signals.source_signature to parapet_intake;
create policy intake_select on signals.source_signature for select to parapet_intake using (true);

-- Who wrote a mapping and who put it in force are two, unless nobody else could.
alter table signals.mapping add column is_alone boolean not null default false;
create function signals.keep_mapping_apart() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.activated_at is distinct from old.activated_at and (new.activated_by is distinct from access.me() or new.is_alone is distinct from (new.activated_by = new.made_by)
      or (new.is_alone and two_person.second_exists(null, (select s.site_id from signals.source s where s.id = new.source_id), null, 'signals:sources'))) then
    raise exception 'who wrote a mapping does not put it in force while another may' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep_mapping_apart before update on signals.mapping for each row execute function signals.keep_mapping_apart();
