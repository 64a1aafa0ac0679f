-- A task may come again by a rule, and may wait for others on the same record.
alter table tasks.task
  -- All that came of one rule have the first one's id in common.
  add column series_id   uuid,
  -- RFC 5545 as src/engines/recurrence reads it, from this moment on, on the clocks of this zone.
  add column repeat_rule text check (length(repeat_rule) between 10 and 200),
  add column repeat_from timestamptz,
  add column repeat_zone text,
  add column blocked_by  uuid[] not null default '{}' check (cardinality(blocked_by) <= 20),
  add check ((repeat_rule is null) = (repeat_from is null) and (repeat_rule is null) = (repeat_zone is null)),
  add check (repeat_rule is null or (series_id is not null and due_at is not null));
-- Of a series at most one is open: the next is made when that one is done.
create unique index on tasks.task (record_id, series_id) where state = 'open' and series_id is not null;

-- What a task waits for stands on the same record and never waits for that task itself, by whatever way. Writers on one
-- record come one after the other, so that two at once cannot close a circle.
create function tasks.keep_order() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7205, hashtext(new.record_id::text));
  if exists (select from unnest(new.blocked_by) b(id) where not exists (select from tasks.task t where t.id = b.id and t.record_id = new.record_id)) then
    raise exception 'what it waits for stands elsewhere' using errcode = '23514';
  end if;
  if exists (
    with recursive way(id) as (
      select unnest(new.blocked_by)
      union
      select unnest(t.blocked_by) from way join tasks.task t on t.id = way.id and t.id <> new.id
    ) select from way where way.id = new.id
  ) then raise exception 'a circle' using errcode = '23514'; end if;
  return new;
end $$;
create trigger keep_order before insert or update of blocked_by on tasks.task for each row when (new.blocked_by <> '{}') execute function tasks.keep_order();
