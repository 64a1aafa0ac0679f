-- When somebody is stopped, leaves or moves: their work goes to somebody or back to its queue, and a wall keeps a custodian.

-- Work that is to be handed over: noted with what caused it, done by the steward, listed for who did it.
create table identity.handover (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  cause      text not null check (cause in ('suspended', 'left', 'moved')),
  hand_to    uuid references access.person,
  by_id      uuid not null references access.person,
  due_at     timestamptz not null,
  settled_at timestamptz,
  check (hand_to is distinct from person_id)
);
create index on identity.handover (due_at) where settled_at is null;
create index on identity.handover (person_id);
select access.guard('identity.handover', 'identity:read', '{identity}');
revoke delete on identity.handover from parapet_person, parapet_org;

-- What became of each piece, seen by who sees its record.
create table identity.handed_over (
  handover_id uuid not null references identity.handover,
  record_id   uuid not null references platform.record,
  item_id     uuid not null,
  kind        text not null,
  to_id       uuid references access.person,
  at          timestamptz not null,
  primary key (handover_id, item_id)
);
alter table identity.handed_over enable row level security;
grant select, insert on identity.handed_over to parapet_person, parapet_org;
create policy with_record_select on identity.handed_over for select to parapet_person, parapet_org using (exists (select from platform.record r where r.id = record_id));
create policy steward_insert on identity.handed_over for insert to parapet_person, parapet_org with check (record_id is not null and (select access.permission()) = 'identity:settle' and (select access.holds((select access.me()), 'identity:settle')));

-- Only the steward hands over, and only what belongs to somebody who is stopped, has left, or may not any more.
create function identity.is_steward() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.permission() = 'identity:settle' and access.holds(access.me(), 'identity:settle')
$$;

-- Who never stands behind a wall: whom what is behind it is about. Kept by the modules whose records are walled.
create table access.barred (
  wall_id   uuid not null references access.wall,
  person_id uuid not null references access.person,
  primary key (wall_id, person_id)
);
alter table access.barred enable row level security;
create function access.is_barred(wall uuid, person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.barred b where b.wall_id operator(pg_catalog.=) wall and b.person_id operator(pg_catalog.=) person)
$$;
create function access.on_member() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.until > now() and access.is_barred(new.wall_id, new.person_id) then raise exception 'barred from this wall' using errcode = '42501'; end if;
  return new;
end $$;
create trigger never_the_subject before insert or update of until, person_id, wall_id on access.wall_member for each row execute function access.on_member();

-- What happened to a wall itself, for who stands behind it.
create table identity.wall_event (
  id        uuid primary key default uuidv7(),
  wall_id   uuid not null references access.wall,
  verb      text not null check (verb in ('custodian-succeeded', 'custodian-missing', 'membership-ended', 'glass-broken', 'glass-ended')),
  person_id uuid not null references access.person,
  other_id  uuid references access.person,
  by_id     uuid references access.person,
  at        timestamptz not null default now()
);
create index on identity.wall_event (wall_id, at desc);
alter table identity.wall_event enable row level security;
grant select on identity.wall_event to parapet_person, parapet_org;
create policy behind_select on identity.wall_event for select to parapet_person, parapet_org
  using (exists (select from access.sight s where s.person_id = (select access.me()) and s.label = wall_id and s.since <= now() and s.until > now()));

-- Notes it, and tells who stands behind the wall, and nobody else: who caused it must not learn which walls there are.
create function identity.tell_wall(wall uuid, what text, person uuid, other uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into identity.wall_event (wall_id, verb, person_id, other_id, by_id) values (wall, what, person, other, access.me());
  if access.me() is null then return; end if;
  insert into ledger.entry (actor, verb, record_id, site_id, wall_id, body)
    select access.me(), 'identity.' || what, r.id, r.site_id, r.wall_id, format('{"after":{"id":%s,"other":%s}}', to_json(person::text), coalesce(to_json(other::text)::text, 'null')) from platform.record r where r.wall_id = wall;
  insert into platform.outbox (topic, record_id, site_id, wall_id, read_permission)
    select 'identity.' || what, r.id, r.site_id, r.wall_id, r.read_permission from platform.record r where r.wall_id = wall;
end $$;

-- The next custodian of a wall: the member who stood there longest and leads nothing; else who may keep walls over the whole
-- organisation for the longest time; never somebody whom it is about.
create function identity.next_custodian(wall uuid, gone uuid) returns uuid language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select m.person_id from access.wall_member m join access.role r on r.id = m.part_id and r.key <> 'wall-lead' join access.person p on p.id = m.person_id and p.state = 'active' and p.kind = 'human'
     where m.wall_id = wall and m.person_id <> gone and m.since <= now() and m.until = 'infinity' and r.key in ('wall-writer', 'wall-reader', 'wall-custodian') and not access.is_barred(wall, m.person_id) order by r.key = 'wall-custodian' desc, m.since, m.person_id limit 1),
    (select g.person_id from access.grant g join access.person p on p.id = g.person_id and p.state = 'active' and p.kind = 'human'
     where g.site_id is null and g.since <= now() and g.until > now() and g.person_id <> gone and not access.is_barred(wall, g.person_id)
       and not exists (select from access.wall_member m where m.wall_id = wall and m.person_id = g.person_id and m.until > now())
       and exists (select from access.role_permission r join access.role_permission c on c.permission = r.permission join access.role k on k.id = c.role_id and k.key = 'wall-custodian' where r.role_id = g.role_id and r.permission like '%:wall')
     order by g.since, g.person_id limit 1))
$$;

-- Somebody stops keeping walls: each that has no other active custodian gets the next one; who leaves stands behind none any more.
create function identity.on_stopped() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  m record;
  next uuid;
begin
  for m in select w.wall_id, r.key from access.wall_member w join access.role r on r.id = w.part_id where w.person_id = new.id and w.until > now() for update of w loop
    if new.state = 'leaver' then
      update access.wall_member w set until = greatest(now(), w.since + interval '1 microsecond') where w.wall_id = m.wall_id and w.person_id = new.id;
      perform identity.tell_wall(m.wall_id, 'membership-ended', new.id, null);
    end if;
    continue when m.key <> 'wall-custodian' or exists (
      select from access.wall_member w join access.role r on r.id = w.part_id and r.key = 'wall-custodian' join access.person p on p.id = w.person_id and p.state = 'active'
      where w.wall_id = m.wall_id and w.person_id <> new.id and w.since <= now() and w.until > now());
    next := identity.next_custodian(m.wall_id, new.id);
    if next is null then
      perform identity.tell_wall(m.wall_id, 'custodian-missing', new.id, null);
    else
      insert into access.wall_member (wall_id, person_id, part_id) select m.wall_id, next, r.id from access.role r where r.key = 'wall-custodian'
        on conflict (wall_id, person_id) do update set part_id = excluded.part_id, until = 'infinity', since = least(access.wall_member.since, excluded.since);
      perform identity.tell_wall(m.wall_id, 'custodian-succeeded', next, new.id);
    end if;
  end loop;
  return null;
end $$;
create trigger walls_are_kept after update of state on access.person for each row when (old.state <> new.state and new.state in ('suspended', 'leaver')) execute function identity.on_stopped();

revoke execute on function identity.is_steward(), access.is_barred(uuid, uuid), access.on_member(), identity.tell_wall(uuid, text, uuid, uuid), identity.next_custodian(uuid, uuid), identity.on_stopped() from public;
grant execute on function identity.is_steward() to parapet_person, parapet_org;

-- The roles that a person has at a moment or later: what ends before a new one begins does not meet it.
create function identity.roles_held_from(person uuid, moment timestamptz) returns table (key text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:grant') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select distinct r.key from access.grant g join access.role r on r.id = g.role_id where g.person_id = person and g.until > greatest(now(), moment);
end $$;
revoke execute on function identity.roles_held_from(uuid, timestamptz) from public;
grant execute on function identity.roles_held_from(uuid, timestamptz) to parapet_person, parapet_org;
