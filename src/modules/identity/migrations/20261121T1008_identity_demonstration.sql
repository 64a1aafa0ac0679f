-- How far the demonstration organisation came: null where there is none, or not yet.
alter table identity.organisation
  add column demo_loaded_at timestamptz,
  add column demo_ended_at  timestamptz,
  add check (is_demo or (demo_loaded_at is null and demo_ended_at is null));
