create schema people;

-- What is known of a person beside name and state (access.person). The label is the home site; without one, only who reads the whole organisation sees the row.
create table people.person (
  id         uuid primary key references access.person,
  email      text check (email like '%_@_%'),
  phone      text,
  title      text not null default '',
  employer   text not null default '',
  site_id    uuid references access.site,
  wall_id    uuid references access.wall check (wall_id is null),
  sight_id   uuid generated always as (coalesce(wall_id, site_id)) stored,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  version    int not null default 1
);
create index on people.person (sight_id);
grant usage on schema people to parapet_login, parapet_person, parapet_org;
select access.protect('people.person', 'people', 'people:read');

-- Whoever may sign in stands in the register, whichever verb made them; header and state follow the kernel's row.
create function people.keep_register() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into people.person (id) select p.id from access.person p where p.id = new.id and p.kind = 'human' on conflict (id) do nothing;
  insert into platform.record (id, kind, title, state, site_id, read_permission, at)
    select a.id, 'people.person', a.name, a.state, p.site_id, 'people:read', a.created_at from access.person a join people.person p on p.id = a.id where a.id = new.id
    on conflict (id) do update set title = excluded.title, state = excluded.state, updated_at = now()
    where (platform.record.title, platform.record.state) is distinct from (excluded.title, excluded.state);
  insert into platform.search (record_id, words) select a.id, a.name from access.person a where a.id = new.id and a.kind = 'human' on conflict (record_id) do nothing;
  return null;
end $$;
create constraint trigger keep_register after insert or update of name, state on access.person
  deferrable initially deferred for each row execute function people.keep_register();
