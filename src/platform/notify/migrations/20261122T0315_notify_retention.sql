-- Notices go after their time, and with the record that they tell of.
create index on notify.notice (at);
create function notify.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select n.id, n.record_id, n.at from notify.notice n where n.at <= before and (among is null or n.id = any (among)) order by n.at, n.id limit most
$$;
create function notify.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select n.id, n.record_id, null::uuid, n.at, null::timestamptz, array[n.person_id] from notify.notice n where n.id = any (ids)
$$;
create function notify.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from notify.notice n where n.id = any (ids);
  return null;
end $$;
create function notify.go_with(records uuid[]) returns void language sql as $$
  delete from notify.notice n where n.record_id = any (records);
  delete from notify.escalation e where e.record_id = any (records) and e.state <> 'running' and not exists (select from notify.notice n where n.escalation_id = e.id);
$$;
revoke execute on function notify.let_go(uuid[]), notify.go_with(uuid[]) from public;
select retention.protect('notify.notice', 'notify.notice', 'id');
