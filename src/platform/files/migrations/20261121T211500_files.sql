-- What is attached to records of every kind. The bytes lie encrypted outside the database, by the name of their blob.
create schema files;

-- A file hangs on a record and is seen by whoever sees that record.
create table files.file (
  id            uuid primary key,
  record_id     uuid not null references platform.record,
  name          text not null check (name <> '' and length(name) <= 255),
  size          bigint not null check (size > 0),
  -- Of the clear bytes, as they arrived and as each reading recomputes them.
  sha256        bytea not null check (length(sha256) = 32),
  -- As its content says, never as its sender said.
  media_type    text not null,
  -- Keyed hash of the label and the SHA-256: equal content is kept once behind one label, and nobody else can ask for it.
  address       bytea check (length(address) = 32),
  blob          uuid,
  -- The file's own key, encrypted by the installation's.
  data_key      bytea check (length(data_key) = 60),
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  -- When retention let the content go; the row stays as its proof.
  removed_at    timestamptz,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null)),
  check ((removed_at is null) = (blob is not null) and (blob is null) = (data_key is null) and (blob is null) = (address is null))
);
create index on files.file (record_id, added_at, id);
create index on files.file (address);
create index on files.file (blob);

-- A file on its way: what is stored of it so far. Its own sender sees it, while the sender sees the record.
create table files.upload (
  id         uuid primary key,
  record_id  uuid not null references platform.record,
  person_id  uuid not null references access.person,
  name       text not null check (name <> '' and length(name) <= 255),
  size       bigint not null check (size between 1 and 4294967296),
  stored     bigint not null default 0 check (stored between 0 and size),
  data_key   bytea not null check (length(data_key) = 60),
  state      text not null default 'open' check (state in ('open', 'done', 'dropped')),
  begun_at   timestamptz not null,
  touched_at timestamptz not null
);
create index on files.upload (person_id, state);
create index on files.upload (record_id);

-- What the drawing process made of an image, or why it made nothing.
create table files.preview (
  blob        uuid primary key,
  state       text not null check (state in ('ready', 'none')),
  refusal     text not null default '',
  width       int not null default 0,
  height      int not null default 0,
  large       uuid,
  large_key   bytea,
  large_size  int,
  small       uuid,
  small_key   bytea,
  small_size  int,
  made_at     timestamptz not null default now(),
  check ((state = 'ready') = (large is not null and large_key is not null and large_size is not null and small is not null and small_key is not null and small_size is not null))
);

-- Content that was found missing or not as it was stored.
create table files.damage (
  blob     uuid primary key,
  found_at timestamptz not null default now(),
  detail   text not null
);

grant usage on schema files to parapet_login, parapet_person, parapet_org, parapet_worker;
select access.protect_child('files.file', 'files', 'platform.record', 'record_id');
select access.protect_child('files.upload', 'files', 'platform.record', 'record_id');
-- What was attached stays as it was attached; only striking is left to people.
revoke update on files.file, files.upload from parapet_person, parapet_org;
grant update (struck_at, struck_by, struck_reason) on files.file to parapet_person, parapet_org;
grant update (stored, state, touched_at) on files.upload to parapet_person, parapet_org;
create policy own on files.upload as restrictive for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));
create policy own_name on files.file as restrictive for insert to parapet_person, parapet_org with check (added_by = (select access.me()));

alter table files.preview enable row level security;
grant select on files.preview to parapet_person, parapet_org;
create policy with_file on files.preview for select to parapet_person, parapet_org using (exists (select from files.file f where f.blob = preview.blob));
alter table files.damage enable row level security;
grant select, insert on files.damage to parapet_person, parapet_org;
create policy with_file on files.damage for select to parapet_person, parapet_org using (exists (select from files.file f where f.blob = damage.blob));
create policy with_file_insert on files.damage for insert to parapet_person, parapet_org with check ((select access.me()) is not null and exists (select from files.file f where f.blob = damage.blob));

-- The worker draws previews, looks for damage, and clears away what nothing names.
grant select on files.file, files.upload to parapet_worker;
grant select, insert on files.preview, files.damage to parapet_worker;
create policy worker_select on files.file for select to parapet_worker using (true);
create policy worker_select on files.upload for select to parapet_worker using (true);
create policy worker on files.preview for all to parapet_worker using (true) with check (true);
create policy worker on files.damage for all to parapet_worker using (true) with check (true);

-- Whole content that lies behind this address already. Until the end of the transaction nothing is cleared away.
create function files.same_content(wanted bytea) returns table (blob uuid, data_key bytea) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7204310);
  return query select f.blob, f.data_key from files.file f where f.address = wanted and not exists (select from files.damage d where d.blob = f.blob) order by f.added_at, f.id limit 1;
end $$;

-- Which of these blobs nothing names. Until the end of the transaction nobody begins to name one.
create function files.unnamed(blobs uuid[]) returns setof uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(7204310);
  return query select b from unnest(blobs) b
    where not exists (select from files.file f where f.blob = b) and not exists (select from files.upload u where u.id = b and u.state = 'open')
      and not exists (select from files.preview p where (p.large = b or p.small = b) and exists (select from files.file f where f.blob = p.blob));
end $$;

-- Lets go of uploads that nobody went on with for a week, of those that ended a day ago, and of what spoke of content that is gone.
create function files.forget() returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone int;
begin
  perform pg_advisory_xact_lock(7204310);
  delete from files.upload where touched_at < now() - case when state = 'open' then interval '7 days' else interval '1 day' end;
  get diagnostics gone = row_count;
  delete from files.preview p where not exists (select from files.file f where f.blob = p.blob);
  delete from files.damage d where not exists (select from files.file f where f.blob = d.blob);
  return gone;
end $$;

-- What was found damaged was read whole again, from a copy that was brought back.
create function files.mend(which uuid) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from files.damage d where d.blob = which;
  return found;
end $$;

-- For retention: the rows let go of their content and of their names. It must have asked the holds first (removeContent).
create function files.let_go(ids uuid[]) returns table (id uuid, record_id uuid, sha256 bytea, size bigint) language sql security definer set search_path = pg_catalog, pg_temp as $$
  update files.file f set blob = null, data_key = null, address = null, name = 'removed', removed_at = now()
  where f.id = any (ids) and f.removed_at is null returning f.id, f.record_id, f.sha256, f.size
$$;

revoke execute on function files.same_content(bytea), files.unnamed(uuid[]), files.forget(), files.mend(uuid), files.let_go(uuid[]) from public;
grant execute on function files.same_content(bytea) to parapet_person, parapet_org;
grant execute on function files.unnamed(uuid[]), files.forget(), files.mend(uuid), files.let_go(uuid[]) to parapet_worker;
