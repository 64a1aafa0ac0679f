-- Files by which records come in from elsewhere: kept until they are read, with what each of their rows would do and did.
create schema imports;
grant usage on schema imports to parapet_login, parapet_person, parapet_org, parapet_worker;

create table imports.import (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  kind       text not null check (length(kind) <= 60),
  name       text not null check (length(name) between 1 and 255),
  -- Whose ids the file has: two old systems may both have a 4711.
  source     text not null default '' check (length(source) <= 60),
  size       int not null check (size between 1 and 67108864),
  stored     int not null default 0 check (stored between 0 and size),
  state      text not null default 'coming' check (state in ('coming', 'ready', 'unreadable', 'tried', 'done')),
  -- Its heading with a few rows, or why it cannot be read.
  head       jsonb,
  -- Column of the kind to column of the file.
  mapping    jsonb not null default '{}',
  job_id     uuid,
  -- So many rows were taken; a run that was broken off goes on behind them.
  taken      int not null default 0,
  tried      jsonb,
  done       jsonb,
  begun_at   timestamptz not null,
  touched_at timestamptz not null
);
create index on imports.import (person_id, begun_at desc, id desc);
create index on imports.import (touched_at);

create table imports.part (
  import_id uuid not null references imports.import on delete cascade,
  n         int not null,
  bytes     bytea not null,
  primary key (import_id, n)
);

-- Every refused row as it came; of the others the first of each sort.
create table imports.outcome (
  import_id uuid not null references imports.import on delete cascade,
  is_trial  boolean not null,
  n         int not null,
  line      int not null,
  does      text not null check (does in ('created', 'changed', 'unchanged', 'refused')),
  label     text not null default '',
  record_id uuid,
  faults    jsonb not null default '[]',
  cells     jsonb not null default '{}',
  primary key (import_id, is_trial, n)
);
create index on imports.outcome (import_id, is_trial, does, n);

create table imports.mapping (
  person_id uuid not null references access.person,
  kind      text not null,
  heading   text not null check (length(heading) <= 64),
  mapping   jsonb not null,
  primary key (person_id, kind, heading)
);

-- Which record came in under which id of which other system. Read and written by the two functions below alone.
create table imports.known (
  kind        text not null,
  source      text not null,
  external_id text not null check (length(external_id) between 1 and 200),
  record_id   uuid not null,
  known_at    timestamptz not null default now(),
  primary key (kind, source, external_id)
);
create index on imports.known (record_id);

do $$
declare tbl text;
begin
  foreach tbl in array array['import', 'part', 'outcome', 'mapping', 'known'] loop
    execute format('alter table imports.%I enable row level security', tbl);
  end loop;
  foreach tbl in array array['import', 'mapping'] loop
    execute format('create policy own on imports.%I for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()))', tbl);
  end loop;
  foreach tbl in array array['part', 'outcome'] loop
    execute format('create policy own on imports.%I for all to parapet_person, parapet_org using (exists (select from imports.import i where i.id = import_id)) with check (exists (select from imports.import i where i.id = import_id))', tbl);
  end loop;
end $$;
grant select, insert on imports.import, imports.part, imports.outcome, imports.mapping to parapet_person, parapet_org;
grant delete on imports.import, imports.outcome to parapet_person, parapet_org;
grant update (stored, state, head, source, mapping, job_id, taken, tried, done, touched_at) on imports.import to parapet_person, parapet_org;
grant update (mapping) on imports.mapping to parapet_person, parapet_org;

-- Who brings records in learns whether an id of the old system came in before; whether they see that record, its module says.
create function imports.known_of(of_kind text, of_source text, ids text[]) returns table (external_id text, record_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.external_id, k.record_id from imports.known k where access.me() is not null and k.kind = of_kind and k.source = of_source and k.external_id = any (ids)
$$;
create function imports.remember(of_kind text, of_source text, ids text[], records uuid[]) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into imports.known (kind, source, external_id, record_id) select of_kind, of_source, g.id, g.record from unnest(ids, records) as g(id, record) where access.me() is not null
  on conflict (kind, source, external_id) do nothing
$$;
-- Files that nobody touched for a week go, with what they held; which ids came in stays.
create function imports.forget() returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone int;
begin
  delete from imports.import where touched_at < now() - interval '7 days';
  get diagnostics gone = row_count;
  return gone;
end $$;
revoke execute on function imports.known_of(text, text, text[]), imports.remember(text, text, text[], uuid[]), imports.forget() from public;
grant execute on function imports.known_of(text, text, text[]), imports.remember(text, text, text[], uuid[]) to parapet_person, parapet_org;
grant execute on function imports.forget() to parapet_worker;
