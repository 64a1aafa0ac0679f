-- What was sent, and each try, goes after its time.
create function deliver.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select d.id, null::uuid, d.ended_at from deliver.delivery d where d.ended_at <= before and d.state not in ('queued', 'sending') and (among is null or d.id = any (among)) order by d.ended_at, d.id limit most
$$;
create function deliver.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select d.id, null::uuid, null::uuid, d.queued_at, null::timestamptz, array[d.person_id] from deliver.delivery d where d.id = any (ids)
$$;
create function deliver.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from deliver.attempt a where a.delivery_id = any (ids);
  delete from deliver.delivery d where d.id = any (ids);
  return null;
end $$;
revoke execute on function deliver.let_go(uuid[]) from public;
select retention.protect('deliver.delivery', 'deliver.delivery', 'id');
select retention.protect('deliver.attempt', 'deliver.delivery', 'delivery_id');
