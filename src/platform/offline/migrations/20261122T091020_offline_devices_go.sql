-- A device that was left, wiped, or silent for its time goes from the list, with what it had taken along and its token: should
-- it come back, it is told nothing and asks for a new key. One that is to be wiped stays until it has heard so.
create function offline.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select d.id, null::uuid, g.at from offline.device d cross join lateral (select coalesce(d.wiped_at, d.left_at, d.seen_at) as at) g
  where g.at <= before and (d.wipe_at is null or d.wiped_at is not null) and (among is null or d.id = any (among)) order by g.at, d.id limit most
$$;
create function offline.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select d.id, null::uuid, null::uuid, d.made_at, null::timestamptz, array_remove(array[d.person_id, d.wipe_by], null) from offline.device d where d.id = any (ids)
$$;
create function offline.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from offline.taken t where t.device_id = any (ids);
  delete from offline.device_session s where s.device_id = any (ids);
  delete from offline.device d where d.id = any (ids);
  return null;
end $$;
revoke execute on function offline.let_go(uuid[]) from public;
select retention.protect('offline.device', 'offline.device', 'id');
