-- Sessions that ended by their time, and who handed what to whom with the record that was handed over. A session's row is no
-- evidence: signing out removes it at once; sign-ins stand in the ledger.
create function identity.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select s.id, null::uuid, s.expires_at from access.session s where s.kind = 'browser' and s.expires_at <= before and (among is null or s.id = any (among)) order by s.expires_at, s.id limit most
$$;
create function identity.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select s.id, null::uuid, null::uuid, s.created_at, null::timestamptz, array[s.person_id] from access.session s where s.id = any (ids)
$$;
create function identity.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from access.session s where s.id = any (ids) and s.kind = 'browser';
  return null;
end $$;
create function identity.go_with(records uuid[]) returns void language sql as $$ delete from identity.handed_over h where h.record_id = any (records) $$;
revoke execute on function identity.let_go(uuid[]), identity.go_with(uuid[]) from public;
select retention.protect('identity.handed_over', '', 'record_id');
