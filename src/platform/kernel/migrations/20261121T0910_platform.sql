-- The header row of every record, what is to be told (outbox), commands already answered, and the words to find by.
create table platform.record (
  id              uuid primary key,
  kind            text not null,
  number          text unique,
  title           text not null,
  state           text not null,
  site_id         uuid references access.site,
  wall_id         uuid references access.wall,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  read_permission text not null,
  at              timestamptz not null,
  updated_at      timestamptz not null default now(),
  version         int not null default 1
) with (fillfactor = 85);

create table platform.link (
  from_id uuid not null references platform.record,
  to_id   uuid not null references platform.record,
  kind    text not null,
  at      timestamptz not null default now(),
  actor   uuid not null references access.person,
  primary key (from_id, to_id, kind)
);
create index on platform.link (to_id);

create table platform.search (
  record_id uuid primary key references platform.record,
  words     text not null
);
create index on platform.search using gin (words gin_trgm_ops);

create table platform.command (
  actor      uuid not null,
  key        text not null,
  request    text not null,
  reply      jsonb not null,
  at         timestamptz not null default now(),
  primary key (actor, key)
);
create index on platform.command (at);

create table platform.outbox (
  xid             xid8 not null default pg_current_xact_id(),
  seq             bigint generated always as identity,
  topic           text not null,
  record_id       uuid not null,
  site_id         uuid,
  wall_id         uuid,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  read_permission text not null,
  at              timestamptz not null default now(),
  primary key (xid, seq)
);
create index on platform.outbox using brin (seq);

-- One series a kind and year; walled records have another series, and gaps are allowed.
create function platform.next_number(prefix text, year int) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  name text := format('number_%s_%s', lower(replace(prefix, '-', '_')), year);
begin
  if prefix !~ '^[A-Z][A-Z-]{1,7}$' or year not between 1970 and 2200 then raise exception 'not a series'; end if;
  if to_regclass('platform.' || quote_ident(name)) is null then
    perform pg_advisory_xact_lock(hashtextextended(name, 7));
    execute format('create sequence if not exists platform.%I', name);
  end if;
  return format('%s-%s-%s', prefix, year, lpad(nextval(format('platform.%I', name)::regclass)::text, 5, '0'));
end $$;

alter table platform.record enable row level security;
grant usage on schema platform to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;
grant select, insert, update on platform.record to parapet_person, parapet_org;
create policy person_select on platform.record for select to parapet_person using (
  exists (select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = record.read_permission
          where s.person_id = (select access.me()) and s.label = sight_id and s.since <= now() and s.until > now()));
create policy org_select on platform.record for select to parapet_org using (
  (wall_id is null and read_permission = any ((select access.org_permissions())::text[])) or
  exists (select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = record.read_permission
          where s.person_id = (select access.me()) and s.label = sight_id and s.since <= now() and s.until > now()));
do $$
declare
  own text := 'split_part(read_permission, '':'', 1) = split_part((select access.permission()), '':'', 1)';
  writes text := access.sight_clause('sight_id', '(select access.permission())');
  org text := '((wall_id is null and (select access.org_may((select access.permission())))) or ' || writes || ')';
begin
  execute format('create policy person_insert on platform.record for insert to parapet_person with check (%s and %s)', own, writes);
  execute format('create policy person_update on platform.record for update to parapet_person using (%s and %s) with check (%s and %s)', own, writes, own, writes);
  execute format('create policy org_insert on platform.record for insert to parapet_org with check (%s and %s)', own, org);
  execute format('create policy org_update on platform.record for update to parapet_org using (%s and %s) with check (%s and %s)', own, org, own, org);
end $$;

-- A link joins two records; who sees both sees it, and only who sees both may draw it.
alter table platform.link enable row level security;
grant select, insert on platform.link to parapet_person, parapet_org;
create policy both_select on platform.link for select to parapet_person, parapet_org using (
  exists (select from platform.record r where r.id = from_id) and exists (select from platform.record r where r.id = to_id));
create policy both_insert on platform.link for insert to parapet_person, parapet_org with check (
  actor = (select access.me()) and exists (select from platform.record r where r.id = from_id) and exists (select from platform.record r where r.id = to_id));

-- Words are written by the store and read by no one but the definer function, which returns candidates for the protected table.
alter table platform.search enable row level security;
grant select, insert, update on platform.search to parapet_person, parapet_org;
create policy seen on platform.search for all to parapet_person, parapet_org using (exists (select from platform.record r where r.id = record_id)) with check (exists (select from platform.record r where r.id = record_id));
create function platform.find_records(wanted text, most int) returns table (record_id uuid, likeness real) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.record_id, word_similarity(wanted, s.words) as likeness from platform.search s
  where s.words ilike '%' || replace(replace(replace(wanted, '\', '\\'), '%', '\%'), '_', '\_') || '%' or wanted <% s.words
  order by likeness desc limit most
$$;

alter table platform.command enable row level security;
grant select, insert on platform.command to parapet_person, parapet_org;
create policy own on platform.command for all to parapet_person, parapet_org using (actor = (select access.me())) with check (actor = (select access.me()));

alter table platform.outbox enable row level security;
grant insert on platform.outbox to parapet_person, parapet_org, parapet_intake, parapet_worker;
create policy tell on platform.outbox for insert to parapet_person, parapet_org, parapet_intake, parapet_worker with check (true);

-- Who of the connected people may see what was told since: one question for all of them. It reads the same tables as the policies.
create function platform.outbox_since(after_xid xid8, after_seq bigint, people uuid[], most int)
returns table (xid xid8, seq bigint, topic text, record_id uuid, at timestamptz, seers uuid[]) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with told as materialized (
    select o.* from platform.outbox o
    where (o.xid, o.seq) > (after_xid, after_seq) and o.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by o.xid, o.seq limit most
  ), who as materialized (
    select p.id from access.person p where p.id = any (people) and p.state = 'active'
  )
  select t.xid, t.seq, t.topic, t.record_id, t.at, array(
    select w.id from who w where
      (t.wall_id is null and exists (
        select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = t.read_permission
        where g.person_id = w.id and g.site_id is null and g.since <= now() and g.until > now()))
      or exists (
        select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = t.read_permission
        where s.person_id = w.id and s.label = t.sight_id and s.since <= now() and s.until > now())
  ) from told t order by t.xid, t.seq
$$;
revoke execute on function platform.outbox_since(xid8, bigint, uuid[], int) from public;
grant execute on function platform.outbox_since(xid8, bigint, uuid[], int) to parapet_login;

-- Where the outbox stands now, for who starts to listen.
create function platform.outbox_end() returns table (xid xid8, seq bigint) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select o.xid from platform.outbox o where o.xid operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) order by o.xid desc, o.seq desc limit 1), '0'::xid8),
         coalesce((select o.seq from platform.outbox o where o.xid operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) order by o.xid desc, o.seq desc limit 1), 0)
$$;
revoke execute on function platform.outbox_end() from public;
grant execute on function platform.outbox_end() to parapet_login;
grant select, delete on platform.outbox, platform.command to parapet_worker;
create policy worker_trims on platform.outbox for all to parapet_worker using (true) with check (true);
create policy worker_trims on platform.command for all to parapet_worker using (true) with check (true);
