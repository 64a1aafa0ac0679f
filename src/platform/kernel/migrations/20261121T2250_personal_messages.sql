-- A message may be for one person alone: a notice of theirs, a job of theirs. Nobody else hears it.
alter table platform.outbox add column person_id uuid references access.person;

create or replace function platform.outbox_since(after_xid xid8, after_seq bigint, people uuid[], most int)
returns table (xid xid8, seq bigint, topic text, record_id uuid, at timestamptz, seers uuid[]) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with told as materialized (
    select o.* from platform.outbox o
    where (o.xid, o.seq) > (after_xid, after_seq) and o.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by o.xid, o.seq limit most
  ), who as materialized (
    select p.id from access.person p where p.id = any (people) and p.state = 'active'
  )
  select t.xid, t.seq, t.topic, t.record_id, t.at, case when t.person_id is not null then array(select w.id from who w where w.id = t.person_id) else array(
    select w.id from who w where
      (t.wall_id is null and exists (
        select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = t.read_permission
        where g.person_id = w.id and g.site_id is null and g.since <= now() and g.until > now()))
      or exists (
        select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = t.read_permission
        where s.person_id = w.id and s.label = t.sight_id and s.since <= now() and s.until > now())
  ) end from told t order by t.xid, t.seq
$$;
