-- A type that does not ring at a site until an end, by its approved entry in the register: said, taken up and ended as a test is.
alter table alarms.on_test drop constraint on_test_mode_check,
  add constraint on_test_mode_check check (mode in ('test', 'maintenance', 'suppressed')),
  add column type text check (length(type) <= 80),
  add column rationale_id uuid references alarms.rationale,
  add check ((mode = 'suppressed') = (type is not null) and (mode = 'suppressed') = (rationale_id is not null)),
  add check (mode <> 'suppressed' or scope = 'site');
create index on alarms.on_test (rationale_id) where rationale_id is not null;
alter table alarms.held_signal drop constraint held_signal_why_check,
  add constraint held_signal_why_check check (why in ('explained', 'repeat', 'runaway', 'test', 'maintenance', 'suppressed'));
