-- A floor has at most one plan: a picture or shapes from a file, its scale, its place on the globe, and what was drawn on it.
-- The drawing is one document, saved whole against its version; its geometry is checked by the engine that also reads it.
create table sites.plan (
  floor_id      uuid primary key references sites.site,
  source        text not null check (source in ('picture', 'shapes')),
  -- The file as it came, and the picture that was drawn of it; both hang on the floor.
  file_id       uuid not null,
  picture_id    uuid,
  width_px      int check (width_px > 0),
  height_px     int check (height_px > 0),
  -- One pixel of the picture in metres; null until somebody set the scale.
  metres_per_px double precision check (metres_per_px > 0),
  georeference  jsonb,
  outline       jsonb not null default '[]' check (jsonb_typeof(outline) = 'array'),
  drawing       jsonb not null default '{"zones": [], "portals": [], "marks": [], "said": []}' check (jsonb_typeof(drawing) = 'object'),
  changed_at    timestamptz not null default now(),
  version       int not null default 1,
  check ((source = 'picture') = (picture_id is not null and width_px is not null and height_px is not null)),
  check (source = 'picture' or (metres_per_px is null and width_px is null and height_px is null))
);
select access.protect_child('sites.plan', 'sites', 'platform.record', 'floor_id');

-- Only a floor has a plan.
create function sites.check_floor() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from sites.site s where s.id = new.floor_id and s.kind = 'floor') then
    raise exception 'only a floor has a plan' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger check_floor before insert on sites.plan for each row execute function sites.check_floor();
revoke execute on function sites.check_floor() from public;
