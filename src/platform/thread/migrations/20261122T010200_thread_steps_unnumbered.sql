-- A step is named by its entry: from the number of its leaf who reads no ledger could count what else happened.
drop function thread.steps(uuid, text[], bigint, int);
create function thread.steps(record uuid, verbs text[], before uuid, most int) returns table (id uuid, at timestamptz, verb text, name text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with r as materialized (
    select r.id from platform.record r where r.id operator(pg_catalog.=) steps.record and (
      (r.wall_id is null and r.read_permission operator(pg_catalog.=) any ((select access.org_permissions())::text[]))
      or exists (select from access.sight s join access.role_permission rp on rp.role_id operator(pg_catalog.=) s.role_id and rp.permission operator(pg_catalog.=) r.read_permission
                 where s.person_id operator(pg_catalog.=) access.me() and s.label operator(pg_catalog.=) r.sight_id and s.since <= pg_catalog.now() and s.until > pg_catalog.now()))
  ), last as materialized (
    select l.n from r join ledger.leaf l on l.record_id operator(pg_catalog.=) r.id where l.entry_id operator(pg_catalog.=) steps.before
  )
  select e.id, e.at, e.verb, p.name
  from r join ledger.leaf l on l.record_id operator(pg_catalog.=) r.id join ledger.entry e on e.xid operator(pg_catalog.=) l.xid and e.id operator(pg_catalog.=) l.entry_id
    left join access.person p on p.id operator(pg_catalog.=) e.actor
  where e.verb operator(pg_catalog.=) any (steps.verbs) and l.n < (select c.mentioned from ledger.cursor c) and (steps.before is null or l.n < (select b.n from last b))
    and not exists (select from ledger.mention m join ledger.walled w on w.record_id operator(pg_catalog.=) m.record_id where m.xid operator(pg_catalog.=) l.xid and m.entry_id operator(pg_catalog.=) l.entry_id)
  order by l.n desc limit steps.most
$$;
revoke execute on function thread.steps(uuid, text[], uuid, int) from public;
grant execute on function thread.steps(uuid, text[], uuid, int) to parapet_person, parapet_org;
