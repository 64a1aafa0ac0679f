-- Raised by a source that is simulated: shown so wherever it is shown, and counted in no figure.
alter table alarms.alarm add column is_simulated boolean not null default false;
