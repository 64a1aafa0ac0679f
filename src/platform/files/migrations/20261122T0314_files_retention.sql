-- Files go with their record: row and key at once, the bytes that nothing names any more within the hour (clearAway). Struck
-- files let go of their content by themselves. Neither under a hold.
create function files.go_with(records uuid[]) returns void language sql as $$
  delete from files.upload u where u.record_id = any (records);
  delete from files.file f where f.record_id = any (records);
$$;
create function files.people_with(records uuid[]) returns table (record_id uuid, person_id uuid) language sql stable as $$
  select f.record_id, p from files.file f cross join unnest(array[f.added_by, f.struck_by]) p where f.record_id = any (records) and p is not null
$$;
create function files.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select f.id, f.record_id, f.struck_at from files.file f where f.struck_at <= before and f.removed_at is null and (among is null or f.id = any (among)) order by f.struck_at, f.id limit most
$$;
create function files.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select f.id, f.record_id, null::uuid, f.added_at, null::timestamptz, array_remove(array[f.added_by, f.struck_by], null) from files.file f where f.id = any (ids)
$$;
-- The row stays with its hash, as the proof that the content was.
create function files.let_content_go(ids uuid[]) returns text language sql as $$
  with gone as (select * from files.let_go(ids)) select string_agg(format('{"file":"%s","sha256":"%s"}', g.id, encode(g.sha256, 'hex')), ',' order by g.id) from gone g
$$;
revoke execute on function files.go_with(uuid[]), files.let_content_go(uuid[]) from public;
select retention.protect('files.file', '', 'record_id', 'blob');
