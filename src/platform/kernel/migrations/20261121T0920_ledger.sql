-- The tamper-evident ledger: entries as they are written, leaves as they are numbered, tiles and signed heads of the tree.
create schema ledger;

create table ledger.entry (
  id        uuid not null default uuidv7(),
  xid       xid8 not null default pg_current_xact_id(),
  at        timestamptz not null default now() check (at >= '1970-01-01Z' and at < '10000-01-01Z'),
  actor     uuid not null,
  verb      text not null check (verb ~ '^[A-Za-z][A-Za-z0-9_.:-]{0,99}$'),
  record_id uuid,
  site_id   uuid,
  wall_id   uuid,
  sight_id  uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- Canonical JSON, as hashed: text, because jsonb would order the keys anew.
  body      text not null check (body is json object)
);
-- The order of leaves, and the only index that each write pays for; the BRIN index costs a write nothing that can be measured.
create unique index on ledger.entry (xid, id);
create index on ledger.entry using brin (at) with (pages_per_range = 32);

-- Written by the sequencer once a second, off the path of writes; so the browser's indexes are here.
create table ledger.leaf (
  n         bigint primary key,
  xid       xid8 not null,
  entry_id  uuid not null,
  record_id uuid,
  wall_id   uuid,
  sight_id  uuid,
  unique (xid, entry_id)
);
create index on ledger.leaf (record_id, n) where record_id is not null;
-- What people did, without the batches of signals between.
create index on ledger.leaf (n) where record_id is not null;
create index on ledger.leaf (sight_id, n) where sight_id is not null;

create table ledger.tile (
  level  smallint,
  idx    bigint,
  hashes bytea not null check (length(hashes) % 32 = 0 and length(hashes) between 32 and 8192),
  primary key (level, idx)
);
alter table ledger.tile alter column hashes set storage external;

create table ledger.head (
  size bigint primary key,
  root bytea not null check (length(root) = 32),
  at   timestamptz not null,
  -- The signed note (C2SP tlog-checkpoint): origin, size, root, time, signature.
  note text not null
);

-- One row: how far the sequencer came. `base` is added to transaction ids of this server after a restore into a new one.
create table ledger.cursor (
  one  boolean primary key default true check (one),
  xid  xid8 not null default '0',
  id   uuid not null default '00000000-0000-0000-0000-000000000000',
  size bigint not null default 0,
  base bigint not null default 0
);
insert into ledger.cursor default values;

-- Texts that privacy law may erase; the leaf knows only their salted hash, so erasing a row leaves tree and proofs whole.
create table ledger.erasable (
  xid      xid8 not null default pg_current_xact_id(),
  entry_id uuid not null,
  field    text not null,
  salt     bytea not null check (length(salt) = 16),
  text     text not null,
  primary key (xid, entry_id, field)
);

-- Nothing here is changed or removed, by the owner neither, unless the retention job says for its own transaction that it is one.
create function ledger.refuse() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('parapet.retention', true), '') <> 'on' then
    raise exception 'The ledger is append-only: % of ledger.% is refused.', lower(tg_op), tg_table_name using errcode = '42501';
  end if;
  return null;
end $$;
do $$
declare tbl text;
begin
  foreach tbl in array array['entry', 'leaf', 'head', 'erasable'] loop
    execute format('create trigger append_only before update or delete or truncate on ledger.%I for each statement execute function ledger.refuse()', tbl);
    execute format('alter table ledger.%I enable always trigger append_only', tbl);
  end loop;
  execute 'create trigger append_only before delete or truncate on ledger.tile for each statement execute function ledger.refuse()';
  execute 'alter table ledger.tile enable always trigger append_only';
end $$;

-- Seconds that the oldest entry without a leaf has waited; by its id, which is made at the write, since `at` may be told. A number only, so anybody may ask.
create function ledger.unsequenced_age_s() returns float8 language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select greatest(0, extract(epoch from clock_timestamp() - coalesce(uuid_extract_timestamp(e.id), e.at)))::float8 from ledger.cursor c
    cross join lateral (select w.id, w.at from ledger.entry w where (w.xid, w.id) > (c.xid, c.id) order by w.xid, w.id limit 1) e), 0)
$$;

-- After a restore into a new server its transaction ids start low: from here on they count from above all that is stored.
create function ledger.rebase() returns bigint language plpgsql as $$
declare highest bigint;
begin
  lock table ledger.entry in access exclusive mode;
  select greatest(
    (select e.xid::text::bigint from ledger.entry e order by e.xid desc, e.id desc limit 1),
    (select c.xid::text::bigint from ledger.cursor c), 0) + 1 into highest;
  execute format('alter table ledger.entry alter xid set default ((pg_current_xact_id()::text::bigint + %s)::text::xid8)', highest);
  execute format('alter table ledger.erasable alter xid set default ((pg_current_xact_id()::text::bigint + %s)::text::xid8)', highest);
  update ledger.cursor set base = highest;
  return highest;
end $$;
revoke execute on function ledger.rebase() from public;

grant usage on schema ledger to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;
grant select on ledger.tile, ledger.head, ledger.cursor to parapet_person, parapet_org, parapet_worker;
grant select on ledger.entry, ledger.leaf, ledger.erasable to parapet_person, parapet_org, parapet_worker;
-- Not xid: nobody chooses the place of an entry.
grant insert (id, at, actor, verb, record_id, site_id, wall_id, body) on ledger.entry to parapet_person, parapet_org, parapet_intake, parapet_worker;
grant insert (entry_id, field, salt, text) on ledger.erasable to parapet_person, parapet_org, parapet_intake, parapet_worker;
grant insert on ledger.leaf, ledger.tile, ledger.head to parapet_worker;
grant update on ledger.tile, ledger.cursor to parapet_worker;

alter table ledger.entry enable row level security;
alter table ledger.leaf enable row level security;
alter table ledger.erasable enable row level security;
do $$
declare
  sees text := access.sight_clause('sight_id', quote_literal('ledger:read'));
  tbl text;
begin
  foreach tbl in array array['entry', 'leaf'] loop
    execute format('create policy person_select on ledger.%I for select to parapet_person using (%s)', tbl, sees);
    execute format('create policy org_select on ledger.%I for select to parapet_org using ((wall_id is null and (select access.org_may(%L))) or %s)', tbl, 'ledger:read', sees);
    execute format('create policy sequencer_select on ledger.%I for select to parapet_worker using (true)', tbl);
  end loop;
end $$;
create policy own_insert on ledger.entry for insert to parapet_person, parapet_org with check (actor = (select access.me()));
create policy service_insert on ledger.entry for insert to parapet_intake, parapet_worker with check (true);
create policy sequencer_insert on ledger.leaf for insert to parapet_worker with check (true);
create policy with_entry_select on ledger.erasable for select to parapet_person, parapet_org
  using (exists (select from ledger.entry e where e.xid = erasable.xid and e.id = entry_id));
create policy worker_select on ledger.erasable for select to parapet_worker using (true);
-- For the retention job, which must say so in its transaction (ledger.refuse).
grant delete on ledger.erasable to parapet_worker;
create policy retention_delete on ledger.erasable for delete to parapet_worker using (true);
create policy with_entry_insert on ledger.erasable for insert to parapet_person, parapet_org, parapet_intake, parapet_worker with check (true);
