-- Jobs that ended go after their time, with their results.
create function jobs.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select j.id, null::uuid, j.ended_at from jobs.job j where j.state in ('done', 'failed', 'stopped') and j.ended_at <= before and (among is null or j.id = any (among)) order by j.ended_at, j.id limit most
$$;
create function jobs.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select j.id, null::uuid, null::uuid, j.queued_at, null::timestamptz, array_remove(array[j.person_id, j.stopped_by], null) from jobs.job j where j.id = any (ids)
$$;
create function jobs.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from jobs.content c where c.job_id = any (ids);
  delete from jobs.job j where j.id = any (ids);
  return null;
end $$;
revoke execute on function jobs.let_go(uuid[]) from public;
select retention.protect('jobs.job', 'jobs.job', 'id');
select retention.protect('jobs.content', 'jobs.job', 'job_id');
