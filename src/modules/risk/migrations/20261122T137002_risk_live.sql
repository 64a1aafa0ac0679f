-- How a floor stands now: what of it is dead, held or on test, and P(I) of its assets with that. Written by who watches, read by who may study paths.
create table risk.live (
  floor_id       uuid primary key references sites.site,
  site_id        uuid not null references access.site check (site_id = floor_id),
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- [{id, state, since}] of elements of the plan.
  states         jsonb not null default '[]' check (jsonb_typeof(states) = 'array'),
  -- [{id, interruption, timely, responseS, isMeasured, belowSince}] of assets; interruption is null where no path leads.
  assets         jsonb not null default '[]' check (jsonb_typeof(assets) = 'array'),
  changed_at     timestamptz not null,
  version        int not null default 1
);
select access.protect('risk.live', 'risk', 'risk:path', '{"floor_id": "sites.site"}');

-- Response times of a place, for who may study paths there: seconds alone leave, so that P(I) is the same whoever asks. Neither walled nor played incidents count.
create function risk.response_samples(floor uuid, most int) returns table (seconds double precision) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select extract(epoch from r.checked_in_at - r.requested_at)::double precision from incidents.resource r join incidents.incident i on i.id = r.incident_id
  where access.may_at(floor, null, 'risk:path') and r.kind in ('person', 'team') and r.checked_in_at >= r.requested_at and r.struck_at is null and not i.is_simulated and i.wall_id is null
    and i.site_id in (select own.id from access.site here join access.site top on here.path operator(public.<@) top.path and public.nlevel(top.path) = greatest(1, public.nlevel(here.path) - 1) join access.site own on own.path operator(public.<@) top.path where here.id = floor)
  order by r.checked_in_at desc limit most
$$;
revoke execute on function risk.response_samples(uuid, int) from public;
grant execute on function risk.response_samples(uuid, int) to parapet_person, parapet_org;
