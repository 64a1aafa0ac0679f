-- The web fetches a camera's picture of now for who may view video where its source is: then alone it is given the sealed name and password.
create function signals.cameras_of(of_sources uuid[]) returns table (id uuid, account text, sealed bytea) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.account, k.sealed from signals.source s left join signals.source_key k on k.source_id = s.id
  where s.id = any (of_sources) and s.protocol = 'onvif' and s.state = 'active' and (select access.permission()) = 'devices:view-video' and access.may_at(s.site_id, s.wall_id, 'devices:view-video')
$$;
revoke execute on function signals.cameras_of(uuid[]) from public;
grant execute on function signals.cameras_of(uuid[]) to parapet_person, parapet_org;
