-- The words are matched over everything, and the most alike are kept of what the person of this statement sees: else what
-- is hidden would push out what is not, and its absence would hint at it.
create or replace function platform.find_records(wanted text, most int) returns table (record_id uuid, likeness real) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.record_id, word_similarity(wanted, s.words) as likeness from platform.search s join platform.record r on r.id = s.record_id
  where (s.words ilike '%' || replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_') || '%' or wanted <% s.words)
    and ((r.wall_id is null and r.read_permission = any ((select access.org_permissions())::text[]))
      or exists (select from access.sight t join access.role_permission p on p.role_id = t.role_id and p.permission = r.read_permission
                 where t.person_id = (select access.me()) and t.label = r.sight_id and t.since <= now() and t.until > now()))
  order by likeness desc limit most
$$;
