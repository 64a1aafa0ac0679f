-- Is the person of this statement behind this wall by having broken its glass? Each of their looks is recorded.
create function access.is_by_glass(wall uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.wall_member m join access.role r on r.id operator(pg_catalog.=) m.part_id and r.key operator(pg_catalog.=) 'wall-glass'
    where m.wall_id operator(pg_catalog.=) wall and m.person_id operator(pg_catalog.=) access.me() and m.since <= pg_catalog.now() and m.until > pg_catalog.now())
$$;
revoke execute on function access.is_by_glass(uuid) from public;
grant execute on function access.is_by_glass(uuid) to parapet_person, parapet_org;
