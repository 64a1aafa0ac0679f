-- Tasks under retention and legal holds: by themselves once they ended, and with the record on which they hang.
create index on tasks.task (ended_at) where state <> 'open';
create function tasks.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select t.id, t.record_id, t.ended_at from tasks.task t where t.state <> 'open' and t.ended_at <= before and (among is null or t.id = any (among)) order by t.ended_at, t.id limit most
$$;
create function tasks.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select t.id, t.record_id, null::uuid, t.created_at, null::timestamptz, array_remove(array[t.owner_id, t.created_by, t.ended_by], null) from tasks.task t where t.id = any (ids)
$$;
-- A task that another waits for leaves it waiting for one less.
create function tasks.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  update tasks.task t set blocked_by = array(select b from unnest(t.blocked_by) b where b <> all (ids)) where t.blocked_by && ids
    and t.record_id in (select x.record_id from tasks.task x where x.id = any (ids));
  delete from tasks.task t where t.id = any (ids);
  return null;
end $$;
create function tasks.go_with(records uuid[]) returns void language sql as $$ delete from tasks.task t where t.record_id = any (records) $$;
create function tasks.people_with(records uuid[]) returns table (record_id uuid, person_id uuid) language sql stable as $$
  select t.record_id, p from tasks.task t cross join unnest(array[t.owner_id, t.created_by, t.ended_by]) p where t.record_id = any (records) and p is not null
$$;
revoke execute on function tasks.let_go(uuid[]), tasks.go_with(uuid[]) from public;
select retention.protect('tasks.task', 'tasks.task', 'id');
