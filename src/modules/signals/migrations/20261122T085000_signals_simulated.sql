-- A source that the simulator, or whoever tries this installation, made: said when it is made, and true of all that it ever sent.
alter table signals.source add column is_simulated boolean not null default false;
create function signals.keep_simulated() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a source is simulated from its making on, or never' using errcode = '42501';
end $$;
create trigger source_simulated before update on signals.source for each row when (old.is_simulated is distinct from new.is_simulated) execute function signals.keep_simulated();
create index on signals.source (created_at) where is_simulated and state = 'active';
