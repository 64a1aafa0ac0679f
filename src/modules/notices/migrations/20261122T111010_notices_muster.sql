-- A roll call: who is expected, and what is known of each. It stands at a site or is the organisation's, never behind a wall.
create table notices.muster (
  id        uuid primary key,
  number    text not null unique,
  title     text not null check (title <> '' and length(title) <= 120),
  site_id   uuid references access.site,
  wall_id   uuid references access.wall check (wall_id is null),
  sight_id  uuid generated always as (coalesce(wall_id, site_id)) stored,
  notice_id uuid references notices.notice,
  state     text not null default 'open' check (state in ('open', 'closed')),
  opened_at timestamptz not null,
  opened_by uuid not null references access.person,
  closed_at timestamptz,
  closed_by uuid references access.person,
  report    text not null default '' check (length(report) <= 4000),
  version   int not null default 1,
  check ((state = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null)),
  check (state = 'open' or report <> '')
);
create index on notices.muster (sight_id, opened_at desc, id desc);
create index on notices.muster (opened_at desc, id desc);
create index on notices.muster (notice_id) where notice_id is not null;
create index on notices.muster (closed_at) where closed_at is not null;
select access.protect('notices.muster', 'notices', 'notices:muster');

-- Who is expected: a person of the register, or a name (a visitor). What was said last of them stands; the ledger has what was said before.
create table notices.expected (
  id        uuid primary key,
  muster_id uuid not null references notices.muster,
  person_id uuid references access.person,
  name      text not null default '' check (length(name) <= 120),
  state     text not null default 'missing' check (state in ('missing', 'safe', 'help', 'away')),
  place     text not null default '' check (length(place) <= 200),
  said_by   uuid references access.person,
  said_way  text check (said_way in ('self', 'warden', 'notice')),
  said_at   timestamptz,
  check ((person_id is null) = (name <> '')),
  check ((said_at is null) = (said_way is null)),
  check (state = 'missing' or said_at is not null)
);
create unique index on notices.expected (muster_id, person_id) where person_id is not null;
create index on notices.expected (muster_id, state);
create index on notices.expected (person_id) where person_id is not null;
select access.protect_child('notices.expected', 'notices', 'notices.muster', 'muster_id');

-- Who may be expected: everybody whose home is at the place or below it, and these people.
create function notices.roll(place uuid, everyone boolean, people uuid[]) returns table (person_id uuid) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with top as (select s.path from access.site s where s.id = place), asked as (
    select p.id from people.person p left join access.site s on s.id = p.site_id where everyone and (place is null or exists (select from top where s.path <@ top.path)) union select unnest(people)
  )
  select a.id from access.person a join asked on asked.id = a.id where a.kind = 'human' and a.state in ('active', 'invited') and access.may_at(place, null, 'notices:muster')
$$;
-- Roll calls that are open and expect the person of this statement; what they say of themselves.
create function notices.my_musters() returns table (expected_id uuid, muster_id uuid, number text, title text, site_id uuid, opened_at timestamptz, state text, place text, said_at timestamptz) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, m.id, m.number, m.title, m.site_id, m.opened_at, e.state, e.place, e.said_at from notices.expected e join notices.muster m on m.id = e.muster_id
  where e.person_id = access.me() and m.state = 'open' order by m.opened_at desc limit 20
$$;
create function notices.said_of_me(muster uuid, said text, words text, moment timestamptz) returns uuid language sql security definer set search_path = pg_catalog, pg_temp as $$
  update notices.expected e set state = said, place = words, said_by = access.me(), said_way = 'self', said_at = moment
  where e.muster_id = muster and e.person_id = access.me() and exists (select from notices.muster m where m.id = muster and m.state = 'open') returning e.id
$$;
-- The answer to a notice counts in the open roll calls that it belongs to.
create function notices.count_answer() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.answer is distinct from old.answer and new.answer in ('safe', 'help', 'unaffected') then
    update notices.expected e set state = case new.answer when 'unaffected' then 'away' else new.answer end, place = left(new.note, 200), said_by = new.person_id, said_way = 'notice', said_at = new.answered_at
    from notices.muster m where m.id = e.muster_id and m.notice_id = new.notice_id and m.state = 'open' and e.person_id = new.person_id;
  end if;
  return null;
end $$;
create trigger count_answer after update of answer on notices.recipient for each row execute function notices.count_answer();
revoke execute on function notices.roll(uuid, boolean, uuid[]), notices.my_musters(), notices.said_of_me(uuid, text, text, timestamptz), notices.count_answer() from public;
grant execute on function notices.roll(uuid, boolean, uuid[]), notices.my_musters(), notices.said_of_me(uuid, text, text, timestamptz) to parapet_person, parapet_org;

-- Under retention and legal holds.
create function notices.musters_due(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select m.id, m.id, m.closed_at from notices.muster m where m.closed_at <= before and (among is null or m.id = any (among)) order by m.closed_at, m.id limit most
$$;
create function notices.muster_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select m.id, m.id, m.site_id, m.opened_at, null::timestamptz, array_remove(array[m.opened_by, m.closed_by], null) || array(select e.person_id from notices.expected e where e.muster_id = m.id and e.person_id is not null) from notices.muster m where m.id = any (ids)
$$;
create function notices.let_musters_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from notices.expected where muster_id = any (ids);
  delete from notices.muster where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function notices.let_musters_go(uuid[]) from public;
select retention.protect('notices.muster', 'notices.muster', 'id');
select retention.protect('notices.expected', 'notices.muster', 'muster_id');
-- A notification that a roll call belongs to stays as long as that.
create or replace function notices.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select n.id, n.id, n.ended_at from notices.notice n where n.ended_at <= before and (among is null or n.id = any (among)) and not exists (select from notices.muster m where m.notice_id = n.id) order by n.ended_at, n.id limit most
$$;
