-- What a figure is to keep to, at a site with all below it or in the organisation, from a day on. A target is never changed: another follows it.
create table metrics.target (
  id          uuid primary key,
  key         text not null check (key <> ''),
  site_id     uuid references access.site,
  wall_id     uuid references access.wall check (wall_id is null),
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- For all of it, or for one shift or one type.
  part        text not null default 'none' check (part in ('none', 'shift', 'type')),
  part_key    text not null default '',
  -- Of the figure itself, or of the time within which 90 % or 98.5 % are.
  measure     text not null default 'value' check (measure in ('value', 'p90', 'p985')),
  -- In what the figure counts: a share, a number, seconds. None: from that day the next wider one holds.
  value       double precision check (value >= 0),
  owner_id    uuid not null references access.person,
  valid_from  date not null,
  reason      text not null check (reason <> ''),
  proposed_by uuid not null references access.person,
  approved_by uuid references access.person,
  set_at      timestamptz not null,
  check ((part = 'none') = (part_key = '')),
  check (approved_by is null or approved_by <> proposed_by)
);
create index on metrics.target (key, valid_from desc);
create index on metrics.target (sight_id);
select access.protect('metrics.target', 'metrics', 'metrics:read');
revoke update on metrics.target from parapet_person, parapet_org;

-- The targets in force on a day for each of these sites (null: the organisation): those of the site, of the sites above it and of the organisation, with
-- how deep they stand. Whoever reads a figure reads what it is to keep to, also where that was set above what they see.
create function metrics.targets_for(places uuid[], on_day date) returns table (place uuid, key text, part text, part_key text, measure text, value double precision, depth int, valid_from date) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select distinct on (p.place, t.key, t.part, t.part_key, t.measure, t.site_id) p.place, t.key, t.part, t.part_key, t.measure, t.value, coalesce(public.nlevel(ts.path), 0), t.valid_from
    from unnest(places) p(place) left join access.site ps on ps.id = p.place
    join metrics.target t on t.valid_from <= on_day
    left join access.site ts on ts.id = t.site_id
    where access.may_at(p.place, null, access.permission()) and (t.site_id is null or ps.path operator(public.<@) ts.path)
    order by p.place, t.key, t.part, t.part_key, t.measure, t.site_id, t.valid_from desc, t.set_at desc;
end $$;
revoke execute on function metrics.targets_for(uuid[], date) from public;
grant execute on function metrics.targets_for(uuid[], date) to parapet_person, parapet_org;
