-- Who reports to whom, with what was before: a witness stands neither above nor below, and not since yesterday.
create table identity.line (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  manager_id uuid not null references access.person check (manager_id <> person_id),
  since      timestamptz not null default now(),
  until      timestamptz not null default 'infinity',
  set_by     uuid not null references access.person
);
create unique index one_manager on identity.line (person_id) where until = 'infinity';
create index on identity.line (manager_id);
select access.guard('identity.line', 'people:read', '{people}');
revoke update, delete on identity.line from parapet_person, parapet_org;
grant update (until) on identity.line to parapet_person, parapet_org;

-- Does one stand above the other, now or within thirty days?
create function identity.is_above(one uuid, other uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with recursive up(id, depth) as (
    select other, 0
    union
    select l.manager_id, u.depth + 1 from up u join identity.line l on l.person_id = u.id and l.until > now() - interval '30 days' where u.depth < 40
  ) select exists (select from up where up.id = one and up.depth > 0)
$$;
create function identity.are_in_line(one uuid, other uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select identity.is_above(one, other) or identity.is_above(other, one)
$$;

-- Asking to enter a walled record. What is asked names a number and says nothing of whether anything has it; it is fixed once asked.
create table identity.glass_ask (
  id           uuid primary key,
  asker_id     uuid not null references access.person,
  witness_id   uuid not null references access.person,
  number       text not null check (number <> ''),
  reason       text not null,
  words        text not null check (length(words) >= 30),
  minutes      int not null check (minutes between 5 and 60),
  asked_at     timestamptz not null default now(),
  lapses_at    timestamptz not null default now() + interval '30 minutes',
  state        text not null default 'asked' check (state in ('asked', 'confirmed', 'declined', 'withdrawn', 'used')),
  confirmed_at timestamptz,
  declined_why text not null default '',
  used_at      timestamptz,
  check (asker_id <> witness_id),
  check (state not in ('confirmed', 'used') or confirmed_at is not null),
  check ((state = 'used') = (used_at is not null))
);
create index on identity.glass_ask (asker_id, asked_at desc);
create index on identity.glass_ask (witness_id, asked_at desc);
alter table identity.glass_ask enable row level security;
grant select, insert, update (state, confirmed_at, declined_why) on identity.glass_ask to parapet_person, parapet_org;
create policy mine_select on identity.glass_ask for select to parapet_person, parapet_org using ((select access.me()) in (asker_id, witness_id));
create policy ask on identity.glass_ask for insert to parapet_person, parapet_org with check (
  asker_id = (select access.me()) and (select access.permission()) = 'identity:break-glass' and (select access.holds((select access.me()), 'identity:break-glass')) and state = 'asked'
  and lapses_at <= now() + interval '31 minutes' and not identity.are_in_line(asker_id, witness_id)
  and exists (select from access.person p where p.id = asker_id and p.kind = 'human') and exists (select from access.person p where p.id = witness_id and p.kind = 'human' and p.state = 'active'));
create policy witness on identity.glass_ask for update to parapet_person, parapet_org using (witness_id = (select access.me()) and state = 'asked' and lapses_at > now())
  with check (witness_id = (select access.me()) and state in ('confirmed', 'declined') and not identity.are_in_line(asker_id, witness_id));
create policy withdraw on identity.glass_ask for update to parapet_person, parapet_org using (asker_id = (select access.me()) and state in ('asked', 'confirmed')) with check (asker_id = (select access.me()) and state = 'withdrawn');

-- A wall that was entered: for its members, and for who entered. Who entered changes nothing of it.
create table identity.glass_entry (
  id              uuid primary key,
  ask_id          uuid not null unique references identity.glass_ask,
  wall_id         uuid not null references access.wall,
  record_id       uuid not null references platform.record,
  site_id         uuid,
  keep_permission text not null,
  read_permission text not null,
  asker_id        uuid not null references access.person,
  witness_id      uuid not null references access.person,
  reason          text not null,
  words           text not null,
  entered_at      timestamptz not null default now(),
  until           timestamptz not null,
  ended_at        timestamptz,
  ended_by        uuid references access.person,
  told_end_at     timestamptz,
  reviewed_by     uuid references access.person,
  reviewed_at     timestamptz,
  verdict         text check (verdict in ('justified', 'not-justified')),
  review_why      text not null default '',
  check (reviewed_by is distinct from asker_id and reviewed_by is distinct from witness_id),
  check ((verdict is null) = (reviewed_at is null))
);
create index on identity.glass_entry (wall_id, entered_at desc);
create index on identity.glass_entry (asker_id, entered_at desc);
alter table identity.glass_entry enable row level security;
grant select, update (reviewed_by, reviewed_at, verdict, review_why) on identity.glass_entry to parapet_person, parapet_org;
create policy mine_select on identity.glass_entry for select to parapet_person, parapet_org using (asker_id = (select access.me()));
create policy behind_select on identity.glass_entry for select to parapet_person, parapet_org
  using (exists (select from access.sight s where s.person_id = (select access.me()) and s.label = wall_id and s.since <= now() and s.until > now() and s.role_id not in (select r.id from access.role r where r.key = 'wall-glass')));
-- Reviewed once, by who keeps the wall and neither entered nor witnessed.
create policy keep on identity.glass_entry for update to parapet_person, parapet_org
  using (verdict is null and keep_permission = (select access.permission()) and (select access.me()) not in (asker_id, witness_id) and access.may_at(site_id, wall_id, keep_permission))
  with check (keep_permission = (select access.permission()) and (select access.me()) not in (asker_id, witness_id) and access.may_at(site_id, wall_id, keep_permission) and reviewed_by = (select access.me()) and verdict is not null);

-- Both have confirmed: opens the wall of the record with that number to the asker, who may break the glass at its site. Not
-- where asker or witness is whom it is about, or the asker stands in line with the witness or with whom it is about; not to a
-- member, nor to one whom a change of their sign-in put outside; and not once more before the last time was reviewed, or a
-- day is over. Else nothing happens, and nothing is said of why.
create function identity.break_glass(ask uuid) returns setof identity.glass_entry language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  a identity.glass_ask;
  r platform.record;
  made uuid;
begin
  update identity.glass_ask g set state = 'used', used_at = now() where g.id = ask and g.asker_id = access.me() and g.state = 'confirmed' and g.lapses_at > now() and access.permission() = 'identity:break-glass' returning * into a;
  if a.id is null then raise exception 'not confirmed' using errcode = '42501'; end if;
  select x.* into r from platform.record x where upper(x.number) = upper(a.number) and x.wall_id is not null;
  if r.id is null or not two_person.may(a.asker_id, r.site_id, null, 'identity:break-glass') or identity.are_in_line(a.asker_id, a.witness_id)
    or access.is_barred(r.wall_id, a.asker_id) or access.is_barred(r.wall_id, a.witness_id)
    or exists (select from access.barred b where b.wall_id = r.wall_id and identity.are_in_line(b.person_id, a.asker_id))
    or exists (select from access.wall_member m where m.wall_id = r.wall_id and m.person_id = a.asker_id and m.until > now())
    or exists (select from identity.suspension u where u.wall_id = r.wall_id and u.person_id = a.asker_id)
    or exists (select from identity.glass_entry e where e.wall_id = r.wall_id and e.asker_id = a.asker_id and e.verdict is null and e.entered_at > now() - interval '24 hours')
    or not exists (select from access.person p where p.id = a.witness_id and p.state = 'active') then return; end if;
  insert into access.wall_member (wall_id, person_id, part_id, since, until) select r.wall_id, a.asker_id, k.id, now(), now() + make_interval(mins => a.minutes) from access.role k where k.key = 'wall-glass'
    on conflict (wall_id, person_id) do update set part_id = excluded.part_id, since = excluded.since, until = excluded.until;
  insert into identity.glass_entry (id, ask_id, wall_id, record_id, site_id, keep_permission, read_permission, asker_id, witness_id, reason, words, until)
    values (uuidv7(), a.id, r.wall_id, r.id, r.site_id, split_part(r.read_permission, ':', 1) || ':wall', r.read_permission, a.asker_id, a.witness_id, a.reason, a.words, now() + make_interval(mins => a.minutes)) returning id into made;
  insert into identity.wall_event (wall_id, verb, person_id, other_id, by_id) values (r.wall_id, 'glass-broken', a.asker_id, a.witness_id, a.asker_id);
  return query select * from identity.glass_entry e where e.id = made;
end $$;

-- Whoever's place behind the wall ends, by whatever hand, is inside no more.
create function identity.on_glass_member() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update identity.glass_entry e set ended_at = now(), ended_by = coalesce(e.ended_by, access.me())
    where e.wall_id = old.wall_id and e.asker_id = old.person_id and e.ended_at is null and e.until > now() and (tg_op = 'DELETE' or new.until <= now() or new.part_id <> old.part_id);
  return null;
end $$;
create trigger glass_ends after delete or update of until, part_id on access.wall_member for each row execute function identity.on_glass_member();

-- A keeper of the wall sends out who entered.
create function identity.end_glass(entry uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  e identity.glass_entry;
begin
  select * into e from identity.glass_entry g where g.id = entry;
  if e.id is null or access.permission() <> e.keep_permission or access.me() in (e.asker_id, e.witness_id) or not access.may_at(e.site_id, e.wall_id, e.keep_permission) then raise exception 'not yours to end' using errcode = '42501'; end if;
  update access.wall_member m set until = greatest(now(), m.since + interval '1 microsecond') where m.wall_id = e.wall_id and m.person_id = e.asker_id and m.until > now() and m.part_id = (select id from access.role where key = 'wall-glass');
end $$;

-- What ran out since it was last looked at, for the steward to tell the walls of.
create function identity.glass_run_out() returns setof identity.glass_entry language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not identity.is_steward() then raise exception 'for the steward' using errcode = '42501'; end if;
  return query
    with over as (update identity.glass_entry e set told_end_at = now(), ended_at = coalesce(e.ended_at, e.until) where e.told_end_at is null and (e.until <= now() or e.ended_at is not null) returning e.*),
    noted as (insert into identity.wall_event (wall_id, verb, person_id, other_id, by_id) select o.wall_id, 'glass-ended', o.asker_id, null, coalesce(o.ended_by, access.me()) from over o)
    select o.* from over o;
end $$;

-- How often somebody broke the glass in ninety days; asked by who keeps a wall that they entered.
create function identity.glass_uses(asker uuid) returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from identity.glass_entry e join access.sight s on s.label = e.wall_id and s.person_id = access.me() and s.until > now() where e.asker_id = asker)
    then (select count(*)::int from identity.glass_entry e where e.asker_id = asker and e.entered_at > now() - interval '90 days') else 0 end
$$;

revoke execute on function identity.is_above(uuid, uuid), identity.are_in_line(uuid, uuid), identity.break_glass(uuid), identity.on_glass_member(), identity.end_glass(uuid), identity.glass_run_out(), identity.glass_uses(uuid) from public;
grant execute on function identity.is_above(uuid, uuid), identity.are_in_line(uuid, uuid), identity.break_glass(uuid), identity.end_glass(uuid), identity.glass_run_out(), identity.glass_uses(uuid) to parapet_person, parapet_org;
