-- Declared from a simulated alarm: nothing of it happened, and whatever is printed of it says so.
alter table incidents.incident add column is_simulated boolean not null default false;
