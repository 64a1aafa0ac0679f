-- Who is told what: notices of people, what they wish, and who is told next when nobody acknowledges.
create schema notify;
grant usage on schema notify to parapet_login, parapet_person, parapet_org, parapet_worker;

create table notify.escalation (
  id          uuid primary key default uuidv7(),
  class       text not null,
  cause_id    uuid not null,
  record_id   uuid not null,
  site_id     uuid,
  -- It goes on while the record is in one of these states.
  while_state text[] not null,
  steps       jsonb not null,
  step        int not null default 0,
  state       text not null default 'running' check (state in ('running', 'acknowledged', 'over', 'exhausted')),
  began_at    timestamptz not null default now(),
  next_at     timestamptz not null default now(),
  ended_at    timestamptz,
  unique (class, cause_id)
);
create index on notify.escalation (next_at) where state = 'running';

create table notify.notice (
  id              uuid primary key default uuidv7(),
  person_id       uuid not null references access.person,
  class           text not null check (length(class) <= 60),
  urgent          boolean not null,
  -- The ledger entry that it tells of, or another id of its own: the same is told to a person once.
  cause_id        uuid not null,
  record_id       uuid,
  escalation_id   uuid references notify.escalation,
  words           text not null default '' check (length(words) <= 300),
  -- A page of ours for what is no record.
  path            text check (path ~ '^/[^/\\]' and length(path) <= 200),
  at              timestamptz not null default now(),
  read_at         timestamptz,
  acknowledged_at timestamptz,
  unique (person_id, class, cause_id)
);
create index on notify.notice (person_id, at desc, id desc);
create index on notify.notice (person_id) where read_at is null;
create index on notify.notice (escalation_id) where escalation_id is not null;

-- One row a person: channels by class where they wish otherwise than shipped, and their quiet hours.
create table notify.wish (
  person_id   uuid primary key references access.person,
  channels    jsonb not null default '{}' check (jsonb_typeof(channels) = 'object'),
  zone        text check (length(zone) <= 60),
  from_minute int check (from_minute between 0 and 1439),
  to_minute   int check (to_minute between 0 and 1439),
  check ((zone is null) = (from_minute is null) and (zone is null) = (to_minute is null)),
  check (from_minute <> to_minute)
);
-- Without steps it is as shipped again.
create table notify.ladder (
  class      text primary key check (length(class) <= 60),
  steps      jsonb,
  changed_at timestamptz not null,
  changed_by uuid not null references access.person
);
-- How far the ledger was read. It begins where the ledger stands now: nothing old is told.
create table notify.cursor (
  one boolean primary key default true check (one),
  xid xid8 not null,
  id  uuid not null
);
insert into notify.cursor (xid, id) select coalesce((select e.xid from ledger.entry e order by e.xid desc, e.id desc limit 1), '0'), coalesce((select e.id from ledger.entry e order by e.xid desc, e.id desc limit 1), '00000000-0000-0000-0000-000000000000');

do $$
declare tbl text;
begin
  foreach tbl in array array['escalation', 'notice', 'wish', 'ladder', 'cursor'] loop
    execute format('alter table notify.%I enable row level security', tbl);
    execute format('grant select, insert, update on notify.%I to parapet_worker', tbl);
    execute format('create policy worker_all on notify.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;
grant select, insert, update on notify.wish to parapet_person, parapet_org;
create policy own on notify.wish for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));
-- One's own, and of a record only what one may see now.
grant select on notify.notice to parapet_person, parapet_org;
grant update (read_at, acknowledged_at) on notify.notice to parapet_person, parapet_org;
create policy own_select on notify.notice for select to parapet_person, parapet_org using (person_id = (select access.me()) and (record_id is null or exists (select from platform.record r where r.id = record_id)));
create policy own_update on notify.notice for update to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));
grant select on notify.escalation to parapet_person, parapet_org;
create policy with_notice_select on notify.escalation for select to parapet_person, parapet_org using (exists (select from notify.notice n where n.escalation_id = escalation.id));
-- Who is told next is no secret among those who may be; it is set by who may over the whole organisation.
grant select, insert, update on notify.ladder to parapet_person, parapet_org;
create policy any_select on notify.ladder for select to parapet_person, parapet_org using ((select access.me()) is not null);
create policy set_insert on notify.ladder for insert to parapet_person, parapet_org with check ((select access.permission()) = 'notify:ladders' and (select access.org_may('notify:ladders')));
create policy set_update on notify.ladder for update to parapet_person, parapet_org using ((select access.permission()) = 'notify:ladders' and (select access.org_may('notify:ladders'))) with check ((select access.permission()) = 'notify:ladders' and (select access.org_may('notify:ladders')));

-- People who may be told, for the worker: by role at a site or above it, behind a wall; and the state that a record is in.
create function notify.holders(role_key text, site uuid) returns table (person_id uuid) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct g.person_id from access.grant g join access.role r on r.id = g.role_id join access.person p on p.id = g.person_id
  left join access.site top on top.id = g.site_id left join access.site s on s.id = site
  where r.key = role_key and p.kind = 'human' and p.state = 'active' and g.since <= now() and g.until > now() and (g.site_id is null or top.path @> s.path)
$$;
create function notify.behind(wall uuid) returns table (person_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m.person_id from access.wall_member m join access.person p on p.id operator(pg_catalog.=) m.person_id
  where m.wall_id operator(pg_catalog.=) wall and p.kind = 'human' and p.state = 'active' and m.since <= now() and m.until > now()
$$;
create function notify.active(people uuid[]) returns table (person_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id from access.person p where p.id = any (people) and p.kind = 'human' and p.state = 'active'
$$;
create function notify.state_of(record uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.state from platform.record r where r.id operator(pg_catalog.=) record
$$;
-- Moves the reading place, and refuses where another moved it: then this worker leads no longer.
create function notify.move_cursor(old_xid xid8, old_id uuid, new_xid xid8, new_id uuid) returns void language plpgsql as $$
begin
  update notify.cursor set xid = new_xid, id = new_id where xid = old_xid and id = old_id;
  if not found then raise exception 'another worker reads the ledger' using errcode = '40001'; end if;
end $$;
revoke execute on function notify.holders(text, uuid), notify.behind(uuid), notify.active(uuid[]), notify.state_of(uuid), notify.move_cursor(xid8, uuid, xid8, uuid) from public;
grant execute on function notify.holders(text, uuid), notify.behind(uuid), notify.active(uuid[]), notify.state_of(uuid), notify.move_cursor(xid8, uuid, xid8, uuid) to parapet_worker;
