-- Nobody may more than the product needs: every table under row security, no function of the owner's for everybody,
-- sight without the gaps between two grants, and a ledger that follows a record behind its wall.

-- Two grants of one role on one site are two spans of time; what lies between them is not seen.
alter table access.sight drop constraint sight_pkey, add primary key (person_id, role_id, label, since);
create or replace function access.refresh_sight(who uuid) returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  delete from access.sight where person_id = who;
  insert into access.sight (person_id, role_id, label, since, until)
  select who, role_id, label, since, max(until) from (
    select g.role_id, s.id as label, g.since, g.until
    from access.grant g join access.site top on top.id = g.site_id join access.site s on s.path <@ top.path
    where g.person_id = who
    union all
    select m.part_id, m.wall_id, m.since, m.until from access.wall_member m where m.person_id = who
  ) x group by role_id, label, since;
  update access.person set db_role = case when exists (select from access.grant where person_id = who and site_id is null) then 'parapet_org' else 'parapet_person' end
  where id = who and db_role is distinct from case when exists (select from access.grant where person_id = who and site_id is null) then 'parapet_org' else 'parapet_person' end;
$$;
select access.refresh_sight(id) from access.person;

-- A session is ended, a guard's table keeps its rows.
create or replace function access.guard(tbl regclass, read_permission text, modules text[]) returns void language plpgsql as $$
declare
  reads text := case when read_permission is null then '(select access.me()) is not null' else format('(select access.holds((select access.me()), %L))', read_permission) end;
  writes text := format('split_part((select access.permission()), '':'', 1) = any (%L) and (select access.holds((select access.me()), (select access.permission())))', modules);
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('grant select, insert, update on %s to parapet_person, parapet_org', tbl);
  execute format('create policy guard_select on %s for select to parapet_person, parapet_org using (%s)', tbl, reads);
  execute format('create policy guard_insert on %s for insert to parapet_person, parapet_org with check (%s)', tbl, writes);
  execute format('create policy guard_update on %s for update to parapet_person, parapet_org using (%s) with check (%s)', tbl, writes, writes);
  execute format('create policy guard_delete on %s for delete to parapet_person, parapet_org using (%s)', tbl, writes);
end $$;
revoke delete on access.person, access.grant from parapet_person, parapet_org;

-- Sight is one's own. Roles and the shape of the tree of sites (ids, no names) are no secret among those who are signed in.
alter table access.sight enable row level security;
create policy own_select on access.sight for select to parapet_person, parapet_org using (person_id = (select access.me()));
alter table access.site enable row level security;
create policy any_select on access.site for select to parapet_person, parapet_org using (true);
alter table access.role enable row level security;
create policy any_select on access.role for select to parapet_person, parapet_org using (true);
alter table access.role_permission enable row level security;
create policy any_select on access.role_permission for select to parapet_person, parapet_org using (true);
alter table platform.migration enable row level security;
create policy login_select on platform.migration for select to parapet_login using (true);

-- Hashes, heads and the cursor tell nothing of a record; only the sequencer writes them.
do $$
declare tbl text;
begin
  foreach tbl in array array['tile', 'head', 'cursor'] loop
    execute format('alter table ledger.%I enable row level security', tbl);
    execute format('create policy any_select on ledger.%I for select to parapet_person, parapet_org using (true)', tbl);
    execute format('create policy sequencer on ledger.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;

-- What was said of a record before it went behind a wall goes with it: the entries keep their labels, as they were hashed,
-- and are seen from then on only by who sees that wall.
create table ledger.walled (
  record_id uuid primary key,
  wall_id   uuid not null
);
alter table ledger.walled enable row level security;
grant select on ledger.walled to parapet_person, parapet_org;
create policy any_select on ledger.walled for select to parapet_person, parapet_org using (true);
create function ledger.on_walled() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into ledger.walled (record_id, wall_id) values (new.id, new.wall_id) on conflict (record_id) do update set wall_id = excluded.wall_id;
  return null;
end $$;
create trigger follow_wall after update of wall_id on platform.record for each row when (new.wall_id is not null and old.wall_id is distinct from new.wall_id) execute function ledger.on_walled();
insert into ledger.walled (record_id, wall_id) select r.id, r.wall_id from platform.record r where r.wall_id is not null and exists (select from ledger.entry e where e.record_id = r.id and e.wall_id is distinct from r.wall_id);
do $$
declare
  tbl text;
  seen text := access.sight_clause('w.wall_id', quote_literal('ledger:read'));
begin
  foreach tbl in array array['entry', 'leaf'] loop
    execute format('create policy behind_wall on ledger.%I as restrictive for select to parapet_person, parapet_org using (record_id is null or not exists (select from ledger.walled w where w.record_id = %I.record_id and w.wall_id is distinct from %I.wall_id and not %s))', tbl, tbl, tbl, seen);
    execute format('create policy behind_wall_select on ledger.%I for select to parapet_person, parapet_org using (record_id is not null and exists (select from ledger.walled w where w.record_id = %I.record_id and %s))', tbl, tbl, seen);
  end loop;
end $$;

-- What is told and what may be erased later is written by somebody, or by a process of the product.
drop policy tell on platform.outbox;
create policy person_tell on platform.outbox for insert to parapet_person, parapet_org with check ((select access.me()) is not null);
create policy process_tell on platform.outbox for insert to parapet_intake, parapet_worker with check (true);
drop policy with_entry_insert on ledger.erasable;
create policy person_insert on ledger.erasable for insert to parapet_person, parapet_org with check ((select access.me()) is not null);
create policy process_insert on ledger.erasable for insert to parapet_intake, parapet_worker with check (true);

-- Functions that run as the owner are for those who need them.
revoke execute on function access.holds(uuid, text), access.org_may(text), access.may_at(uuid, uuid, text), access.org_permissions(), access.on_grant(),
  platform.next_number(text, int), platform.find_records(text, int), ledger.unsequenced_age_s(), ledger.on_walled() from public;
grant execute on function access.holds(uuid, text) to parapet_login, parapet_person, parapet_org;
grant execute on function access.org_may(text), access.may_at(uuid, uuid, text), access.org_permissions(), platform.next_number(text, int), platform.find_records(text, int) to parapet_person, parapet_org;
grant execute on function ledger.unsequenced_age_s() to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;

-- On a server that was upgraded from an old one everybody may still make things in the schema of the extensions.
do $$ begin
  revoke create on schema public from public;
exception when insufficient_privilege then null;
end $$;
