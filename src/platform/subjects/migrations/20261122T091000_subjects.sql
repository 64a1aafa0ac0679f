-- What people ask about themselves: what is held on them, and that it is erased. docs/decisions/2026-11-22-requests-of-people.md
create schema subjects;
grant usage on schema subjects to parapet_login, parapet_person, parapet_org, parapet_worker;

-- What services and modules declare in their `concerns.ts`, brought here at each start: expressions over the row `x`, the person is $1.
create table subjects.concern (
  tbl      text primary key check (tbl ~ '^[a-z_]+\.[a-z_]+$'),
  about    text,
  actors   text[] not null default '{}',
  texts    text[] not null default '{}',
  clear    text[] not null default '{}',
  known_by text[] not null default '{}',
  give     text[] not null default '{}',
  key      text not null,
  record   text not null,
  wall     text not null,
  at       text not null,
  erase    text not null check (erase in ('delete', 'clear', 'keep')),
  named    text not null check (named in ('delete', 'replace')),
  kept     text
);

create table subjects.request (
  id            uuid primary key,
  number        text not null unique,
  kind          text not null check (kind in ('access', 'erasure')),
  person_id     uuid references access.person,
  name          text not null check (length(name) between 3 and 120),
  also_known    text[] not null default '{}' check (cardinality(also_known) <= 20),
  site_id       uuid references access.site check (site_id is null),
  wall_id       uuid references access.wall check (wall_id is null),
  sight_id      uuid generated always as (coalesce(wall_id, site_id)) stored,
  asked_on      date not null,
  channel       text not null check (length(channel) between 2 and 200),
  state         text not null default 'received' check (state in ('received', 'checked', 'shown', 'approved', 'answered', 'done', 'refused', 'withdrawn')),
  due_on        date not null,
  extended_why  text check (length(extended_why) <= 1000),
  identity_how  text check (length(identity_how) between 3 and 400),
  identity_by   uuid references access.person,
  identity_at   timestamptz,
  assigned_to   uuid references access.person,
  received_by   uuid not null references access.person,
  received_at   timestamptz not null,
  -- Classes whose schedules do not keep what is erased here, as the approver agreed.
  overrules     text[] not null default '{}' check (cardinality(overrules) <= 20),
  looked_at     timestamptz,
  job_id        uuid,
  decision_id   uuid,
  approved_by   uuid references access.person,
  approved_at   timestamptz,
  ended_by      uuid references access.person,
  ended_at      timestamptz,
  outcome       text not null default '' check (length(outcome) <= 1000),
  erased_number int,
  version       int not null default 1,
  -- GDPR art. 12 (3): a month, and once two further ones.
  check (due_on = (asked_on + interval '1 month')::date or (extended_why is not null and due_on = (asked_on + interval '3 months')::date)),
  check ((identity_how is null) = (identity_by is null) and (identity_how is null) = (identity_at is null)),
  check (state in ('received', 'refused', 'withdrawn') or identity_how is not null),
  check ((state in ('answered', 'done', 'refused', 'withdrawn')) = (ended_at is not null)),
  check (state <> 'approved' or (kind = 'erasure' and approved_by is not null)),
  -- Nobody handles their own.
  check (person_id is null or (received_by <> person_id and assigned_to is distinct from person_id and identity_by is distinct from person_id and approved_by is distinct from person_id))
);
create index on subjects.request (received_at desc, id desc);
select access.protect('subjects.request', 'retention', 'retention:erase');
create policy not_the_subject on subjects.request as restrictive for select to parapet_person, parapet_org using (person_id is distinct from (select access.me()));

-- What was found of the person in the open, or behind a wall whose custodian released it; and what becomes of it.
create table subjects.item (
  id         uuid primary key default uuidv7(),
  request_id uuid not null references subjects.request,
  tbl        text not null,
  key        text not null,
  why        text[] not null,
  record_id  uuid,
  wall_id    uuid,
  at         timestamptz,
  body       jsonb,
  masked     jsonb,
  treatment  text not null default 'masked' check (treatment in ('masked', 'whole', 'withheld')),
  ground     text not null default '' check (length(ground) <= 600),
  outcome    text not null check (outcome in ('given', 'removed', 'cleared', 'replaced', 'stays', 'kept', 'held')),
  because    text not null default '',
  hold_id    uuid,
  unique (request_id, tbl, key),
  check (treatment = 'masked' or ground <> '')
);
create index on subjects.item (request_id, id);
select access.protect_child('subjects.item', 'retention', 'subjects.request', 'request_id');
revoke insert, update on subjects.item from parapet_person, parapet_org;
grant update (treatment, ground) on subjects.item to parapet_person, parapet_org;

-- How much of each table; `did` counts what the person did, which is listed up to a number.
create table subjects.finding (
  request_id uuid not null references subjects.request,
  tbl        text not null,
  about      int not null,
  named      int not null,
  did        int not null,
  primary key (request_id, tbl)
);
select access.protect_child('subjects.finding', 'retention', 'subjects.request', 'request_id');
revoke insert, update on subjects.finding from parapet_person, parapet_org;

-- Something stands behind a wall: who keeps the wall releases it or refuses. What it is stands behind the wall with the ask.
create table subjects.ask (
  id         uuid primary key default uuidv7(),
  request_id uuid not null references subjects.request,
  kind       text not null check (kind in ('access', 'erasure')),
  name       text not null,
  site_id    uuid references access.site check (site_id is null),
  wall_id    uuid not null references access.wall,
  sight_id   uuid generated always as (coalesce(wall_id, site_id)) stored,
  state      text not null default 'waiting' check (state in ('waiting', 'released', 'refused', 'over')),
  asked_at   timestamptz not null default now(),
  decided_by uuid references access.person,
  decided_at timestamptz,
  ground     text not null default '' check (length(ground) <= 600),
  unique (request_id, wall_id),
  check ((state in ('released', 'refused')) <= (decided_by is not null and decided_at is not null and ground <> ''))
);
create index on subjects.ask (sight_id, state);
select access.protect('subjects.ask', 'retention', 'retention:hold');
revoke insert, update on subjects.ask from parapet_person, parapet_org;
grant update (state, decided_by, decided_at, ground) on subjects.ask to parapet_person, parapet_org;
create table subjects.behind (
  id     uuid primary key default uuidv7(),
  ask_id uuid not null references subjects.ask,
  tbl    text not null,
  why    text[] not null,
  at     timestamptz,
  body   jsonb not null
);
create index on subjects.behind (ask_id, id);
select access.protect_child('subjects.behind', 'retention', 'subjects.ask', 'ask_id');
revoke insert, update on subjects.behind from parapet_person, parapet_org;

-- The archive that is handed out: sealed under a key of the data folder, for a time.
create table subjects.package (
  request_id uuid primary key references subjects.request,
  sealed     bytea not null,
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes      int not null,
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  check (expires_at > made_at)
);
select access.protect_child('subjects.package', 'retention', 'subjects.request', 'request_id');
grant delete on subjects.package to parapet_person, parapet_org;
create policy made_anew on subjects.package for delete to parapet_person, parapet_org using ((select access.permission()) = 'retention:erase' and exists (select from subjects.request r where r.id = request_id));
grant select, delete on subjects.package to parapet_worker;
create policy worker_clears on subjects.package for all to parapet_worker using (true) with check (true);

-- Who was erased, by number: a backup that is restored brings them back, and they are erased again.
create table subjects.erased (
  n          int generated always as identity primary key,
  person_id  uuid,
  request_id uuid,
  -- False where the name in the register was kept, because something that is kept is about them.
  is_whole   boolean not null,
  at         timestamptz not null default now()
);
create index on subjects.erased (person_id);
do $$
declare tbl text;
begin
  foreach tbl in array array['concern', 'erased'] loop
    execute format('alter table subjects.%I enable row level security', tbl);
    execute format('grant select on subjects.%I to parapet_person, parapet_org', tbl);
    execute format('create policy org_select on subjects.%I for select to parapet_person, parapet_org using ((select access.org_may(''retention:erase'')))', tbl);
  end loop;
end $$;

-- Finds any of these words as a whole, in plain text and inside JSON.
create function subjects.pattern(known text[]) returns text language sql immutable as $$
  select '(?<!\w)(?:' || string_agg(regexp_replace(regexp_replace(w.word, '([.*+?^${}()|\[\]\\])', '\\\1', 'g'), '\s+', '\\s+', 'g'), '|' order by length(w.word) desc, w.word) || ')(?!\w)'
  from (select k as word from unnest(known) k union select trim(both '"' from to_jsonb(k)::text) from unnest(known) k) w where length(w.word) >= 3
$$;

-- By what somebody is known: the name, addresses and numbers that the register has.
create function subjects.known(who uuid) returns text[] language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c record;
  met text[];
  known text[] := '{}';
begin
  for c in select k.tbl, k.about, b as col from subjects.concern k cross join unnest(k.known_by) b loop
    execute format('select array_agg(distinct x.%I::text) from %s x where (%s) and x.%I is not null', c.col, c.tbl, c.about, c.col) into met using who;
    known := known || coalesce(met, '{}');
  end loop;
  return array(select distinct k from unnest(known) k where length(k) >= 3);
end $$;

-- By what all others are known: what is masked in what is handed to one person.
create function subjects.others(who uuid, known text[]) returns text[] language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c record;
  met text[];
  others text[] := '{}';
begin
  for c in select k.tbl, k.about, b as col from subjects.concern k cross join unnest(k.known_by) b loop
    execute format('select array_agg(distinct x.%I::text) from %s x where coalesce(not (%s), true) and x.%I is not null and length(x.%I::text) >= 4', c.col, c.tbl, c.about, c.col, c.col) into met using who;
    others := others || coalesce(met, '{}');
  end loop;
  return array(select distinct trim(both '"' from to_jsonb(o)::text) from unnest(others) o where lower(o) <> all (select lower(k) from unnest(known) k));
end $$;
create function subjects.mask(body jsonb, others text[]) returns jsonb language plpgsql immutable set search_path = pg_catalog, public, pg_temp as $$
declare
  masked text := body::text;
  met text[] := array(select o from unnest(others) o where strpos(lower(body::text), lower(o)) > 0);
begin
  if cardinality(met) = 0 then return body; end if;
  return regexp_replace(masked, subjects.pattern(met), '[another person]', 'gi')::jsonb;
end $$;

-- Every row that is about the person or names them, with the wall behind which it stands.
create function subjects.find(who uuid, known text[]) returns table (tbl text, key text, why text[], record_id uuid, wall_id uuid, at timestamptz, body jsonb) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c subjects.concern;
  about text;
  named text;
begin
  for c in select * from subjects.concern k where k.about is not null or cardinality(k.texts) > 0 order by k.tbl loop
    about := coalesce('coalesce((' || c.about || '), false)', 'false');
    named := coalesce((select 'coalesce(' || string_agg(format('coalesce(x.%I::text ~* $2, false)', t), ' or ') || ', false)' from unnest(c.texts) t), 'false');
    return query execute format('select %L::text, (%s)::text, array_remove(array[case when %s then ''about'' end, case when %s then ''named'' end], null), (%s)::uuid, coalesce((%s)::uuid, r.wall_id, w.wall_id), (%s)::timestamptz, %s
      from %s x left join platform.record r on r.id = (%s) left join ledger.walled w on w.record_id = (%s) where %s or %s',
      c.tbl, c.key, about, named, c.record, c.wall, c.at, subjects.given(c), c.tbl, c.record, c.record, about, named) using who, subjects.pattern(known);
  end loop;
end $$;
create function subjects.given(c subjects.concern) returns text language sql immutable as $$
  select 'jsonb_strip_nulls(jsonb_build_object(' || coalesce(string_agg(format('%L, %s', g.name, g.value), ', '), '') || '))' from (
    select split_part(e, '=', 1) as name, case when strpos(e, '=') > 0 then substr(e, strpos(e, '=') + 1) else format('x.%I', e) end as value from unnest(c.give) e
    union select t, format('x.%I', t) from unnest(c.texts) t) g
$$;
-- What the person did, in the open: the newest, and how much in all.
create function subjects.did(who uuid, most int) returns table (tbl text, key text, record_id uuid, at timestamptz, body jsonb, total bigint) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c subjects.concern;
begin
  for c in select * from subjects.concern k where cardinality(k.actors) > 0 order by k.tbl loop
    return query execute format('select %L::text, (%s)::text, (%s)::uuid, (%s)::timestamptz, %s, count(*) over () from %s x left join platform.record r on r.id = (%s) left join ledger.walled w on w.record_id = (%s)
      where (%s) and coalesce((%s)::uuid, r.wall_id, w.wall_id) is null order by 4 desc nulls last limit $2',
      c.tbl, c.key, c.record, c.at, subjects.given(c), c.tbl, c.record, c.record, (select string_agg(format('x.%I = $1', a), ' or ') from unnest(c.actors) a), c.wall) using who, most;
  end loop;
end $$;

-- What becomes of each row in an erasure, and on which ground it stays. A legal hold wins over all of it.
create function subjects.plan(who uuid, known text[], overrules text[], agreed uuid[]) returns table (tbl text, key text, why text[], record_id uuid, wall_id uuid, at timestamptz, body jsonb, outcome text, because text, hold_id uuid) language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
  with found as materialized (select * from subjects.find(who, known)),
  on_person as materialized (select h.hold_id from retention.held('people.person', array_remove(array[who], null)) h limit 1),
  on_records as materialized (
    select distinct on (h.id) h.id, h.hold_id from (select p.kind, array_agg(distinct f.record_id) as ids from found f join platform.record p on p.id = f.record_id group by p.kind) g
      cross join lateral retention.held(g.kind, g.ids) h order by h.id, h.hold_id),
  -- What can be held by itself: a notice, a job, a message.
  on_rows as materialized (
    select distinct on (g.tbl, h.id) g.tbl, h.id::text as key, h.hold_id from (select f.tbl, array_agg(f.key::uuid) as ids from found f join retention.kind k on k.key = f.tbl where f.key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' group by f.tbl) g
      cross join lateral retention.held(g.tbl, g.ids) h order by g.tbl, h.id, h.hold_id),
  settled as materialized (
    select f.*, h.hold_id, coalesce(c.kept, k.kept) as class, c.erase, c.named as named_goes from found f join subjects.concern c on c.tbl = f.tbl
      left join platform.record p on p.id = f.record_id left join subjects.concern k on k.tbl = p.kind
      left join lateral (select o.hold_id from on_person o union all select r.hold_id from on_records r where r.id = f.record_id union all select w.hold_id from on_rows w where w.tbl = f.tbl and w.key = f.key limit 1) h on true),
  decided as materialized (
    select s.*, case
      when s.hold_id is not null then 'held'
      when s.wall_id is not null and s.wall_id <> all (agreed) then 'kept'
      when s.class is not null and s.class <> all (overrules) then 'kept'
      when 'about' = any (s.why) and s.erase = 'delete' then 'removed'
      when 'about' = any (s.why) and s.erase = 'clear' then 'cleared'
      when 'named' = any (s.why) then case s.named_goes when 'delete' then 'removed' else 'replaced' end
      else 'stays' end as becomes from settled s),
  keeps_name as materialized (select d.becomes from decided d where 'about' = any (d.why) and d.becomes in ('held', 'kept') and d.record_id is distinct from who limit 1)
  select d.tbl, d.key, d.why, d.record_id, d.wall_id, d.at, d.body,
    case when d.becomes = 'cleared' and d.tbl in ('access.person', 'platform.record', 'platform.search') and exists (select from keeps_name) then 'kept' else d.becomes end,
    case when d.becomes = 'kept' then case when d.wall_id is not null and d.wall_id <> all (agreed) then 'wall' else 'class:' || d.class end
         when d.becomes = 'cleared' and d.tbl in ('access.person', 'platform.record', 'platform.search') and exists (select from keeps_name) then 'name' else '' end,
    d.hold_id
  from decided d
$$;

-- Looks what there is of the person of a request, asks who keeps a wall behind which something stands, and shows the rest.
-- Answers how much was found. What was decided on an item stays decided.
create function subjects.look(of_request uuid) returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  r subjects.request;
  words text[];
  others text[];
  agreed uuid[];
  a subjects.ask;
  n int;
begin
  select * into r from subjects.request x where x.id = of_request and x.state in ('checked', 'shown') for update;
  if r.id is null then raise exception 'not now' using errcode = '23514'; end if;
  words := subjects.known(r.person_id) || r.name || r.also_known;
  others := subjects.others(r.person_id, words);
  agreed := array(select k.wall_id from subjects.ask k where k.request_id = r.id and k.state = 'released');
  drop table if exists pg_temp.looked;
  create temp table looked on commit drop as select * from subjects.plan(r.person_id, words, r.overrules, agreed) p where not (p.tbl like 'subjects.%' and p.key = r.id::text);
  select count(*) into n from pg_temp.looked;
  if n > 20000 then raise exception 'too much' using errcode = '54000'; end if;

  for a in insert into subjects.ask (request_id, kind, name, wall_id) select distinct r.id, r.kind, r.name, l.wall_id from pg_temp.looked l where l.wall_id is not null on conflict (request_id, wall_id) do nothing returning * loop
    insert into ledger.entry (actor, verb, record_id, wall_id, body) values (coalesce(r.assigned_to, r.received_by), 'subjects.wall-asked', a.id, a.wall_id, format('{"after":{"id":"%s","request":"%s"}}', a.id, r.id));
    insert into platform.outbox (topic, record_id, wall_id, read_permission) values ('subjects.wall-asked', a.id, a.wall_id, 'retention:hold');
  end loop;
  delete from subjects.behind b using subjects.ask k where k.id = b.ask_id and k.request_id = r.id;
  insert into subjects.behind (ask_id, tbl, why, at, body) select k.id, l.tbl, l.why, l.at, l.body from pg_temp.looked l join subjects.ask k on k.request_id = r.id and k.wall_id = l.wall_id and k.state = 'waiting';

  delete from subjects.item i where i.request_id = r.id and not exists (select from pg_temp.looked l where l.tbl = i.tbl and l.key = i.key and (l.wall_id is null or l.wall_id = any (agreed)));
  insert into subjects.item (request_id, tbl, key, why, record_id, wall_id, at, body, masked, outcome, because, hold_id)
    select r.id, l.tbl, l.key, l.why, l.record_id, l.wall_id, l.at, l.body, subjects.mask(l.body, others), case r.kind when 'access' then 'given' else l.outcome end, case r.kind when 'access' then '' else l.because end, case r.kind when 'access' then null else l.hold_id end
    from pg_temp.looked l where l.wall_id is null or l.wall_id = any (agreed)
    on conflict (request_id, tbl, key) do update set why = excluded.why, record_id = excluded.record_id, wall_id = excluded.wall_id, at = excluded.at, body = excluded.body, masked = excluded.masked, outcome = excluded.outcome, because = excluded.because, hold_id = excluded.hold_id;
  delete from subjects.finding f where f.request_id = r.id;
  insert into subjects.finding (request_id, tbl, about, named, did)
    select r.id, l.tbl, count(*) filter (where 'about' = any (l.why)), count(*) filter (where not 'about' = any (l.why)), 0 from pg_temp.looked l where l.wall_id is null or l.wall_id = any (agreed) group by l.tbl;
  if r.person_id is not null then
    insert into subjects.finding (request_id, tbl, about, named, did) select r.id, d.tbl, 0, 0, max(d.total) from subjects.did(r.person_id, 1) d group by d.tbl on conflict (request_id, tbl) do update set did = excluded.did;
    if r.kind = 'access' then
      insert into subjects.item (request_id, tbl, key, why, record_id, at, body, masked, outcome)
        select r.id, d.tbl, d.key, '{did}', d.record_id, d.at, d.body, subjects.mask(d.body, others), 'given' from subjects.did(r.person_id, 500) d on conflict (request_id, tbl, key) do nothing;
    end if;
  end if;
  update subjects.request x set state = 'shown', looked_at = now(), version = version + 1 where x.id = r.id;
  update platform.record p set state = 'shown', updated_at = now() where p.id = r.id;
  insert into ledger.entry (actor, verb, record_id, body) values (coalesce(r.assigned_to, r.received_by), 'subjects.looked', r.id, format('{"after":{"found":%s,"id":"%s"}}', n, r.id));
  insert into platform.outbox (topic, record_id, read_permission) values ('subjects.looked', r.id, 'retention:erase');
  return n;
end $$;

-- Empties one column of rows that are about an erased person.
create function subjects.emptied(tbl text, col text) returns text language sql stable as $$
  select format('%I = %s', col, case when not a.attnotnull then 'null' when a.atttypid = 'jsonb'::regtype then '''{}''::jsonb' else '''''' end) from pg_attribute a where a.attrelid = tbl::regclass and a.attname = col
$$;
create function subjects.renamed(tbl text, col text) returns text language sql stable as $$
  select format('%I = regexp_replace(x.%I::text, $2, $3, ''gi'')::%s', col, col, format_type(a.atttypid, null)) from pg_attribute a where a.attrelid = tbl::regclass and a.attname = col
$$;

-- Does what a plan says, in one transaction: rows go, words are replaced by a number, references stay. Answers the number.
create function subjects.carry_out(who uuid, known text[], overrules text[], agreed uuid[], of_request uuid, by_whom uuid) returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  c subjects.concern;
  keys text[];
  label text;
  sets text;
  left_over text[];
  still text[];
  given int;
  is_whole boolean;
  counts text;
begin
  perform pg_advisory_xact_lock_shared(7204600);
  drop table if exists pg_temp.going;
  create temp table going on commit drop as select * from subjects.plan(who, known, overrules, agreed);
  if of_request is not null and exists (select from pg_temp.going g where g.outcome in ('removed', 'cleared', 'replaced') and g.record_id is not null and g.record_id is distinct from who and g.record_id <> of_request and g.tbl !~ '^(platform|ledger|notify|subjects|two_person)\.'
      and not exists (select from subjects.item i where i.request_id = of_request and i.tbl = g.tbl and i.key = g.key and i.outcome in ('removed', 'cleared', 'replaced')))
    then raise exception 'more than was shown' using errcode = '55000'; end if;
  is_whole := not exists (select from pg_temp.going g where g.because = 'name' or (g.outcome = 'held' and g.tbl = 'access.person'));
  insert into subjects.erased (person_id, request_id, is_whole) values (who, of_request, is_whole) returning n into given;
  label := 'Erased person ' || given;
  perform set_config('parapet.retention', 'on', true);

  left_over := array(select distinct g.tbl from pg_temp.going g where g.outcome = 'removed');
  for round in 1 .. 6 loop
    still := '{}';
    for c in select * from subjects.concern k where k.tbl = any (left_over) order by k.tbl loop
      begin
        execute format('delete from %s x where (%s)::text = any ($1)', c.tbl, c.key) using array(select g.key from pg_temp.going g where g.tbl = c.tbl and g.outcome = 'removed');
      exception when foreign_key_violation then still := still || c.tbl;
      end;
    end loop;
    left_over := still;
    exit when cardinality(left_over) = 0;
  end loop;
  -- Something that is held or kept refers to them: they stay with it.
  update pg_temp.going g set outcome = 'stays', because = 'referred' where g.tbl = any (left_over) and g.outcome = 'removed';

  for c in select * from subjects.concern k where exists (select from pg_temp.going g where g.tbl = k.tbl and g.outcome in ('cleared', 'replaced')) order by k.tbl loop
    keys := array(select g.key from pg_temp.going g where g.tbl = c.tbl and g.outcome = 'cleared');
    select string_agg(subjects.emptied(c.tbl, e), ', ') into sets from unnest(c.clear) e;
    if cardinality(keys) > 0 and sets is not null then execute format('update %s x set %s where (%s)::text = any ($1)', c.tbl, sets, c.key) using keys; end if;
    keys := array(select g.key from pg_temp.going g where g.tbl = c.tbl and g.outcome in ('cleared', 'replaced') and 'named' = any (g.why));
    select string_agg(subjects.renamed(c.tbl, t), ', ') into sets from unnest(c.texts) t;
    if cardinality(keys) > 0 and sets is not null then
      begin
        execute format('update %s x set %s where (%s)::text = any ($1)', c.tbl, sets, c.key) using keys, subjects.pattern(known), label;
      exception when check_violation then
        -- Too long for its place with the number.
        execute format('update %s x set %s where (%s)::text = any ($1)', c.tbl, sets, c.key) using keys, subjects.pattern(known), '…';
      end;
    end if;
  end loop;
  if is_whole and who is not null then update access.person p set name = label where p.id = who; end if;
  perform set_config('parapet.retention', '', true);
  select string_agg(format('"%s":%s', o.outcome, o.n), ',' order by o.outcome) into counts from (select g.outcome, count(*) as n from pg_temp.going g group by g.outcome) o;
  insert into ledger.entry (actor, verb, record_id, body) values (by_whom, 'subjects.erased', coalesce(of_request, who), format('{"after":{"counts":{%s},"id":"%s","number":%s,"rows":"sha256:%s","whole":%s}}', coalesce(counts, ''), coalesce(of_request, who), given,
    encode(sha256(convert_to(coalesce((select string_agg(g.tbl || ' ' || g.key, ',' order by g.tbl, g.key) from pg_temp.going g where g.outcome in ('removed', 'cleared', 'replaced')), ''), 'UTF8')), 'hex'), is_whole::text));
  return given;
end $$;

-- Erases whom an approved request is about; again the same answer. What was found and shown is forgotten with it.
create function subjects.erase(of_request uuid) returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  r subjects.request;
  given int;
begin
  select * into r from subjects.request x where x.id = of_request and x.kind = 'erasure' for update;
  if r.state = 'done' then return r.erased_number; end if;
  if r.state is distinct from 'approved' then raise exception 'not approved' using errcode = '23514'; end if;
  given := subjects.carry_out(r.person_id, subjects.known(r.person_id) || r.name || r.also_known, r.overrules, array(select k.wall_id from subjects.ask k where k.request_id = r.id and k.state = 'released'), r.id, r.approved_by);
  update subjects.item i set body = null, masked = null, outcome = g.outcome, because = g.because, hold_id = g.hold_id from pg_temp.going g where i.request_id = r.id and g.tbl = i.tbl and g.key = i.key;
  update subjects.request x set state = 'done', ended_at = now(), ended_by = r.approved_by, erased_number = given, name = 'Erased person ' || given, also_known = '{}', version = version + 1 where x.id = r.id;
  perform subjects.forget(r.id);
  update platform.record p set state = 'done', updated_at = now() where p.id = r.id;
  insert into platform.outbox (topic, record_id, read_permission) values ('subjects.erased', r.id, 'retention:erase');
  return given;
end $$;
-- What was collected goes once a request has ended: the answer has been given, and a second heap of it is nobody's.
create function subjects.forget(of_request uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from subjects.request r where r.id = of_request and r.ended_at is not null) then return; end if;
  delete from subjects.behind b using subjects.ask k where k.id = b.ask_id and k.request_id = of_request;
  update subjects.ask k set name = '', state = case k.state when 'waiting' then 'over' else k.state end where k.request_id = of_request;
  update subjects.item i set body = null, masked = null where i.request_id = of_request;
end $$;

-- The asks of a request, for who handles it: that there is one, and what was answered; not which wall.
create function subjects.asks_of(of_request uuid) returns table (id uuid, state text, asked_at timestamptz, decided_at timestamptz, ground text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.id, k.state, k.asked_at, k.decided_at, k.ground from subjects.ask k where k.request_id = of_request and access.org_may('retention:erase')
    and exists (select from subjects.request r where r.id = of_request and r.person_id is distinct from access.me()) order by k.asked_at, k.id
$$;
-- Who may handle a request; and what the schedules in force of some classes stand on.
create function subjects.may_handle(who uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select access.org_may('retention:erase') and exists (select from access.person p where p.id = who and p.state = 'active' and p.kind = 'human') and exists (
    select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = 'retention:erase' where g.person_id = who and g.site_id is null and g.since <= now() and g.until > now())
$$;
create function subjects.bases(classes text[]) returns table (class text, basis text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.class, string_agg(s.basis, ' ' order by s.purpose) from (select distinct on (x.class, x.purpose) x.class, x.purpose, x.basis from retention.schedule x where x.class = any (classes) order by x.class, x.purpose, x.id desc) s
  where access.org_may('retention:erase') group by s.class
$$;
-- Who answers for the person at the wall is never the person; and an end is said once.
create function subjects.keep_ask() returns trigger language plpgsql as $$
begin
  if old.state <> 'waiting' and new.state is distinct from old.state then raise exception 'answered already' using errcode = '23514'; end if;
  return new;
end $$;
create trigger keep_ask before update on subjects.ask for each row execute function subjects.keep_ask();

-- Where what was erased is still to be found: in backups until they made room, and in what was exported.
create function subjects.elsewhere() returns table (backups int, backups_until timestamptz, exports int) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select (select count(*)::int from backup.run b where b.kind = 'backup' and b.state = 'done' and b.removed_at is null),
    (select max(b.made_at) from backup.run b where b.kind = 'backup' and b.state = 'done' and b.removed_at is null) + (select make_interval(days => s.keep) from backup.setting s limit 1),
    (select count(*)::int from ledger.entry e where e.verb = 'exports.made')
  where access.org_may('retention:erase')
$$;

revoke execute on function subjects.known(uuid), subjects.others(uuid, text[]), subjects.find(uuid, text[]), subjects.did(uuid, int), subjects.plan(uuid, text[], text[], uuid[]), subjects.look(uuid), subjects.carry_out(uuid, text[], text[], uuid[], uuid, uuid), subjects.erase(uuid),
  subjects.forget(uuid), subjects.asks_of(uuid), subjects.elsewhere(), subjects.may_handle(uuid), subjects.bases(text[]) from public;
grant execute on function subjects.look(uuid), subjects.erase(uuid) to parapet_worker;
grant execute on function subjects.asks_of(uuid), subjects.elsewhere(), subjects.forget(uuid), subjects.may_handle(uuid), subjects.bases(text[]) to parapet_person, parapet_org;
