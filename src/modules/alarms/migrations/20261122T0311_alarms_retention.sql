-- Alarms under retention and legal holds.
create index on alarms.alarm (closed_at) where handling = 'closed';
create function alarms.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select a.id, a.id, a.closed_at from alarms.alarm a where a.handling = 'closed' and a.closed_at <= before and (among is null or a.id = any (among)) order by a.closed_at, a.id limit most
$$;
create function alarms.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select a.id, a.id, a.site_id, a.raised_at, null::timestamptz, array_remove(array[a.owner_id, a.acknowledged_by, a.shelved_by, a.closed_by], null) from alarms.alarm a where a.id = any (ids)
$$;
create function alarms.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from alarms.alarm_signal where alarm_id = any (ids);
  delete from alarms.alarm where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function alarms.let_go(uuid[]) from public;
select retention.protect('alarms.alarm', 'alarms.alarm', 'id');
select retention.protect('alarms.alarm_signal', 'alarms.alarm', 'alarm_id');
