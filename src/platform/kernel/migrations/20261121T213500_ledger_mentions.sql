-- Who wrote is asked of leaves by an index; an entry that names a record of somewhere else goes behind that record's wall
-- with it; and an export can say that a leaf is gone where it would else look sealed.

alter table ledger.leaf add column actor uuid;
-- The version before goes on sealing until it is stopped, and names no actor.
create function ledger.fill_actor() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.actor := (select e.actor from ledger.entry e where e.xid = new.xid and e.id = new.entry_id);
  return new;
end $$;
create trigger fill_actor before insert on ledger.leaf for each row when (new.actor is null) execute function ledger.fill_actor();
set local parapet.retention = 'on';
update ledger.leaf l set actor = e.actor from ledger.entry e where e.xid = l.xid and e.id = l.entry_id;
set local parapet.retention = '';
create index on ledger.leaf (actor, n);

-- Records, other than the one that it is about, whose ids stand in an entry's body. People and sites stand in nearly each
-- and have no wall. Kept with the leaf, and as far as `mentioned` of the cursor.
create table ledger.mention (
  xid       xid8 not null,
  entry_id  uuid not null,
  record_id uuid not null,
  primary key (xid, entry_id, record_id)
);
alter table ledger.cursor add column mentioned bigint not null default 0;
alter table ledger.mention enable row level security;
grant select on ledger.mention to parapet_person, parapet_org;
create policy any_select on ledger.mention for select to parapet_person, parapet_org using (true);
create trigger append_only before update or delete or truncate on ledger.mention for each statement execute function ledger.refuse();
alter table ledger.mention enable always trigger append_only;

-- Brings the mentions up to the leaves, whichever version sealed them. For the sequencer, in the transaction of the leaves.
create function ledger.note_mentions() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  since bigint := (select c.mentioned from ledger.cursor c);
begin
  insert into ledger.mention (xid, entry_id, record_id)
  select l.xid, l.entry_id, named.id
  from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id
    cross join lateral (select distinct m[1]::uuid as id from regexp_matches(e.body, '"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"', 'g') m) named
  where l.n >= since and named.id is distinct from e.record_id
    and exists (select from platform.record r where r.id = named.id)
    and not exists (select from access.person p where p.id = named.id) and not exists (select from access.site s where s.id = named.id)
  on conflict do nothing;
  update ledger.cursor c set mentioned = coalesce((select l.n + 1 from ledger.leaf l order by l.n desc limit 1), 0);
end $$;
select ledger.note_mentions();

-- Every walled record, also one that was declared so.
create trigger begin_walled after insert on platform.record for each row when (new.wall_id is not null) execute function ledger.on_walled();
insert into ledger.walled (record_id, wall_id) select r.id, r.wall_id from platform.record r where r.wall_id is not null on conflict do nothing;
do $$
declare
  seen text := access.sight_clause('w.wall_id', quote_literal('ledger:read'));
begin
  execute format('create policy behind_named_wall on ledger.entry as restrictive for select to parapet_person, parapet_org using (not exists (select from ledger.mention m join ledger.walled w on w.record_id = m.record_id where m.xid = entry.xid and m.entry_id = entry.id and not %s))', seen);
  execute format('create policy behind_named_wall on ledger.leaf as restrictive for select to parapet_person, parapet_org using (not exists (select from ledger.mention m join ledger.walled w on w.record_id = m.record_id where m.xid = leaf.xid and m.entry_id = leaf.entry_id and not %s))', seen);
end $$;

-- Leaf numbers of a stretch that have no leaf or no entry: what nobody can see, and not merely I. Numbers only, so any reader may ask.
create function ledger.gaps(since bigint, till bigint) returns setof bigint language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.n from generate_series(since, till - 1) g(n)
  where till - since <= 65536 and not exists (select from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n = g.n)
$$;

revoke execute on function ledger.fill_actor(), ledger.note_mentions(), ledger.gaps(bigint, bigint) from public;
grant execute on function ledger.note_mentions() to parapet_worker;
grant execute on function ledger.gaps(bigint, bigint) to parapet_person, parapet_org;
