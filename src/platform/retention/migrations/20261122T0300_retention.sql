-- How long each class of record is kept, what keeps it longer, and the proof of what went.
-- docs/decisions/2026-11-21-retention-and-holds-in-the-database.md
create schema retention;
grant usage on schema retention to parapet_login, parapet_person, parapet_org, parapet_worker;

-- Written once: a change is a new row, and the newest of a class and purpose is in force.
create table retention.schedule (
  id         bigint generated always as identity primary key,
  class      text not null check (class ~ '^[a-z][a-z-]{1,39}$'),
  purpose    text not null check (purpose ~ '^[a-z][a-z-]{1,39}$'),
  -- Null: kept until somebody decides otherwise.
  days       int check (days between 1 and 36500),
  runs_from  text not null check (length(runs_from) between 3 and 200),
  basis      text not null check (length(basis) between 3 and 600),
  source     text not null default '' check (length(source) <= 300),
  owner      text not null check (length(owner) between 2 and 100),
  reason     text not null default '' check (length(reason) <= 1000),
  changed_by uuid references access.person,
  changed_at timestamptz not null default now()
);
create index on retention.schedule (class, purpose, id desc);

-- What services and modules declare in their `retained.ts`, brought here at each start. Functions of theirs, by name.
create table retention.kind (
  key      text primary key check (key ~ '^[a-z][a-z-]*\.[a-z][a-z-]*$'),
  class    text not null,
  purposes text[] not null,
  due      text check (due ~ '^[a-z_]+\.[a-z_]+$'),
  facts    text not null check (facts ~ '^[a-z_]+\.[a-z_]+$'),
  remove   text check (remove ~ '^[a-z_]+\.[a-z_]+$'),
  check ((due is null) = (remove is null))
);
-- What hangs on records of any kind: it goes with them, and people are found in it.
create table retention.hanging (
  key    text primary key,
  remove text not null check (remove ~ '^[a-z_]+\.[a-z_]+$'),
  people text check (people ~ '^[a-z_]+\.[a-z_]+$')
);

create table retention.hold (
  id             uuid primary key,
  number         text not null unique,
  matter         text not null check (length(matter) between 3 and 200),
  reason         text not null check (length(reason) between 3 and 1000),
  custodian_id   uuid not null references access.person,
  site_id        uuid references access.site,
  wall_id        uuid references access.wall,
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- While it lasts no backup makes room for newer ones.
  keeps_backups  boolean not null default false,
  state          text not null default 'active' check (state in ('active', 'released')),
  placed_by      uuid not null references access.person,
  placed_at      timestamptz not null,
  released_by    uuid references access.person,
  released_at    timestamptz,
  release_reason text,
  version        int not null default 1,
  check ((state = 'released') = (released_by is not null and released_at is not null and release_reason is not null))
);
create index on retention.hold (state, placed_at desc, id desc);
select access.protect('retention.hold', 'retention', 'retention:read');

-- What a hold covers: each row is one description, and all that it says must fit. A row that says nothing covers everything.
-- No foreign key to the record: it may go once the hold is released, and the hold still says what it covered.
create table retention.scope (
  id        uuid primary key,
  hold_id   uuid not null references retention.hold,
  record_id uuid,
  person_id uuid references access.person,
  site_id   uuid references access.site,
  kind      text,
  from_at   timestamptz,
  till_at   timestamptz,
  check (till_at is null or from_at is null or till_at > from_at)
);
create index on retention.scope (hold_id);
select access.protect_child('retention.scope', 'retention', 'retention.hold', 'hold_id', '{"record_id": "platform.record"}');
revoke update on retention.scope from parapet_person, parapet_org;

-- Whoever removes holds this lock together with others who do; who places a hold waits for them, and they for the hold. So
-- nothing is removed by a look at holds that is older than the newest hold.
create function retention.wait_for_removals() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(7204600);
  return new;
end $$;
create trigger one_at_a_time before insert on retention.hold for each row execute function retention.wait_for_removals();
create trigger one_at_a_time before insert on retention.scope for each row execute function retention.wait_for_removals();

-- A hold is released, never changed otherwise.
create function retention.keep_hold() returns trigger language plpgsql as $$
begin
  if old.state = 'released' or (new.id, new.number, new.matter, new.reason, new.custodian_id, new.site_id, new.wall_id, new.keeps_backups, new.placed_by, new.placed_at)
    is distinct from (old.id, old.number, old.matter, old.reason, old.custodian_id, old.site_id, old.wall_id, old.keeps_backups, old.placed_by, old.placed_at)
  then raise exception 'a hold is only released' using errcode = '42501'; end if;
  return new;
end $$;
create trigger keep_hold before update on retention.hold for each row execute function retention.keep_hold();

-- A record of a kind without facts of its own.
create function retention.record_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select r.id, r.id, r.site_id, r.at, null::timestamptz, '{}'::uuid[] from platform.record r where r.id = any (ids)
$$;

-- Which of these things are under which active holds. Volatile: each statement in it sees what is committed at that moment.
create function retention.held(item_kind text, ids uuid[]) returns table (id uuid, hold_id uuid) language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  facts text := coalesce((select k.facts from retention.kind k where k.key = item_kind), 'retention.record_facts');
  hung text;
begin
  if not exists (select from retention.hold h where h.state = 'active') then return; end if;
  hung := coalesce((select string_agg(format('select p.record_id, p.person_id from %s((select array_agg(i.record_id) from item i where i.record_id is not null)) p', g.people), ' union all ') from retention.hanging g where g.people is not null),
    'select null::uuid as record_id, null::uuid as person_id where false');
  return query execute format($q$
    with item as materialized (
      select f.id, f.record_id, r.kind, coalesce(f.site_id, r.site_id) as site_id, coalesce(f.at, r.at) as since, greatest(coalesce(f.till, r.updated_at, f.at), f.at, r.at) as till,
        f.till is not null as is_span, coalesce(f.people, '{}') as people
      from (select * from %s($1) union all select * from retention.record_facts($1)) f left join platform.record r on r.id = f.record_id
    ), hung as materialized (%s)
    select i.id, s.hold_id from item i join retention.scope s on true join retention.hold h on h.id = s.hold_id and h.state = 'active'
    where (s.record_id is null or s.record_id = i.id or s.record_id = i.record_id
        or exists (select from platform.link l where (l.from_id = s.record_id and l.to_id = i.record_id) or (l.from_id = i.record_id and l.to_id = s.record_id))
        or exists (select from thread.link l where l.struck_at is null and ((l.from_id = s.record_id and l.to_id = i.record_id) or (l.from_id = i.record_id and l.to_id = s.record_id)))
        or (i.is_span and exists (select from platform.record r where r.id = s.record_id and r.at - interval '1 day' < i.till and r.updated_at + interval '1 day' >= i.since)))
      and (s.person_id is null or s.person_id = i.id or s.person_id = i.record_id or s.person_id = any (i.people) or exists (select from hung p where p.record_id = i.record_id and p.person_id = s.person_id))
      and (s.site_id is null or exists (select from access.site top join access.site own on own.path <@ top.path where top.id = s.site_id and own.id = i.site_id))
      and (s.kind is null or s.kind = $2 or s.kind = i.kind)
      and (s.from_at is null or i.till >= s.from_at) and (s.till_at is null or i.since < s.till_at)
    union
    -- What hangs on a record, or tells of one, is held with it.
    select i.id, h.hold_id from (select o.kind, array_agg(distinct o.record_id) as records from item o where o.kind is not null and o.record_id <> o.id group by o.kind) g
      cross join lateral retention.held(g.kind, g.records) h join item i on i.record_id = h.id$q$, facts, hung) using ids, item_kind;
end $$;

-- On every table of what can be held: a row under a hold is not deleted, whoever asks, the owner of the database neither.
create function retention.refuse_held() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  item uuid := (to_jsonb(old) ->> tg_argv[1])::uuid;
  item_kind text := nullif(tg_argv[0], '');
begin
  perform pg_advisory_xact_lock_shared(7204600);
  if item is not null and exists (select from retention.hold h where h.state = 'active') then
    item_kind := coalesce(item_kind, (select r.kind from platform.record r where r.id = item));
    if item_kind is not null and exists (select from retention.held(item_kind, array[item])) then
      raise exception 'It is under a legal hold, and stays.' using errcode = '23001';
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- Installs it. `item_kind` '' asks the header of the record; `changes` are columns that let go of content where they become null.
create function retention.protect(tbl regclass, item_kind text, id_column text, changes text default null) returns void language plpgsql as $$
begin
  execute format('create trigger legal_hold before delete on %s for each row execute function retention.refuse_held(%L, %L)', tbl, item_kind, id_column);
  execute format('alter table %s enable always trigger legal_hold', tbl);
  if changes is not null then
    execute format('create trigger legal_hold_content before update of %I on %s for each row when (new.%I is null and old.%I is not null) execute function retention.refuse_held(%L, %L)', changes, tbl, changes, changes, item_kind, id_column);
    execute format('alter table %s enable always trigger legal_hold_content', tbl);
  end if;
end $$;
select retention.protect('platform.record', '', 'id');
select retention.protect('platform.link', '', 'from_id');
create trigger legal_hold_other_end before delete on platform.link for each row execute function retention.refuse_held('', 'to_id');
alter table platform.link enable always trigger legal_hold_other_end;
select retention.protect('platform.search', '', 'record_id');

-- A run: what would go, shown first; then, once another person approved, what went.
create table retention.run (
  id          uuid primary key,
  classes     text[] not null check (cardinality(classes) between 1 and 60),
  with_walled boolean not null default false,
  -- What is due is due at this moment, at the look and at the removal alike.
  as_of       timestamptz not null,
  -- The newest change of any schedule that the look knew.
  schedule_id bigint,
  state       text not null default 'looking' check (state in ('looking', 'shown', 'approved', 'running', 'done', 'refused')),
  asked_by    uuid not null references access.person,
  asked_at    timestamptz not null,
  approved_by uuid references access.person,
  approved_at timestamptz,
  decision_id uuid,
  job_id      uuid,
  ended_at    timestamptz,
  outcome     text not null default '' check (length(outcome) <= 500),
  root        bytea check (length(root) = 32),
  check ((state in ('looking', 'shown') or approved_by is not null))
);
create index on retention.run (asked_at desc, id desc);
create table retention.run_count (
  run_id    uuid not null references retention.run,
  kind      text not null,
  days      int,
  cutoff    timestamptz,
  due       int not null default 0,
  removed   int not null default 0,
  stayed    int not null default 0,
  -- More was due than one run takes.
  is_capped boolean not null default false,
  primary key (run_id, kind)
);
create table retention.run_walled (
  run_id  uuid not null references retention.run,
  kind    text not null,
  due     int not null default 0,
  removed int not null default 0,
  primary key (run_id, kind)
);
create table retention.run_item (
  run_id    uuid not null references retention.run,
  kind      text not null,
  id        uuid not null,
  record_id uuid,
  at        timestamptz not null,
  is_walled boolean not null,
  hold_id   uuid,
  state     text not null check (state in ('due', 'spared', 'removed', 'stayed')),
  why       text not null default '',
  primary key (run_id, kind, id)
);
create index on retention.run_item (run_id, kind, state, at, id);

do $$
declare tbl text;
begin
  foreach tbl in array array['schedule', 'kind', 'hanging', 'run', 'run_count', 'run_walled', 'run_item'] loop
    execute format('alter table retention.%I enable row level security', tbl);
    execute format('grant select on retention.%I to parapet_person, parapet_org', tbl);
  end loop;
  foreach tbl in array array['schedule', 'kind', 'run_count'] loop
    execute format('create policy org_select on retention.%I for select to parapet_person, parapet_org using ((select access.org_may(''retention:read'')))', tbl);
  end loop;
end $$;
-- That there is something behind walls, and how much, is for who may count it.
create policy org_select on retention.run for select to parapet_person, parapet_org using ((select access.org_may('retention:read')) and (not with_walled or (select access.org_may('retention:walled'))));
create policy org_select on retention.run_walled for select to parapet_person, parapet_org using ((select access.org_may('retention:walled')));
-- What a reader sees of the list: records that they see, and what is spared by holds that they see.
create policy org_select on retention.run_item for select to parapet_person, parapet_org using (
  (select access.org_may('retention:read')) and exists (select from retention.run r where r.id = run_id)
  and (record_id is null or (state = 'removed' and not is_walled) or exists (select from platform.record r where r.id = record_id))
  and (hold_id is null or exists (select from retention.hold h where h.id = hold_id)));
grant insert (class, purpose, days, runs_from, basis, source, owner, reason, changed_by, changed_at) on retention.schedule to parapet_person, parapet_org;
create policy org_insert on retention.schedule for insert to parapet_person, parapet_org with check ((select access.permission()) = 'retention:schedule' and (select access.org_may('retention:schedule')));
grant insert (id, classes, with_walled, as_of, asked_by, asked_at, job_id) on retention.run to parapet_person, parapet_org;
create policy org_insert on retention.run for insert to parapet_person, parapet_org with check (
  asked_by = (select access.me()) and (select access.permission()) = 'retention:run' and (select access.org_may('retention:run')) and (not with_walled or (select access.org_may('retention:walled'))));
grant update (state, approved_by, approved_at, decision_id, job_id, ended_at, outcome, root) on retention.run to parapet_person, parapet_org;
create policy org_update on retention.run for update to parapet_person, parapet_org
  using ((select access.permission()) = 'retention:run' and (select access.org_may('retention:run'))) with check ((select access.permission()) = 'retention:run' and (select access.org_may('retention:run')));

-- From approved to running only by retention.begin, from running to done only with nothing left; nobody approves their own.
create function retention.keep_run() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if old.state = new.state or (old.state, new.state) in (('looking', 'shown'), ('shown', 'approved'), ('approved', 'running'), ('approved', 'refused')) then return new; end if;
  if (old.state, new.state) = ('running', 'done') and not exists (select from retention.run_item i where i.run_id = new.id and i.state = 'due') then return new; end if;
  raise exception 'not from % to %', old.state, new.state using errcode = '23514';
end $$;
create trigger keep_run before update on retention.run for each row execute function retention.keep_run();

create function retention.newest_schedule() returns bigint language sql stable as $$ select coalesce(max(s.id), 0) from retention.schedule s $$;
-- For how many days a kind is kept: as long as the longest of its purposes says; null where one says nothing.
create function retention.days_of(wanted text) returns int language sql stable as $$
  select case when count(*) = 0 or bool_or(s.days is null) then null else max(s.days) end from retention.kind k
    join lateral (select distinct on (x.class, x.purpose) x.days from retention.schedule x where x.class = k.class and x.purpose = any (k.purposes) order by x.class, x.purpose, x.id desc) s on true
  where k.key = wanted
$$;

-- Puts what is due of one kind into a run that looks; again the same. Answers how many.
create function retention.look(of_run uuid, wanted text, most int) returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r retention.run;
  k retention.kind;
  cut timestamptz;
  found int;
begin
  select * into r from retention.run x where x.id = of_run and x.state = 'looking' for update;
  if r.id is null then return 0; end if;
  select * into k from retention.kind x where x.key = wanted and x.due is not null and x.class = any (r.classes);
  if k.key is null then return 0; end if;
  delete from retention.run_item i where i.run_id = of_run and i.kind = wanted;
  delete from retention.run_walled w where w.run_id = of_run and w.kind = wanted;
  delete from retention.run_count c where c.run_id = of_run and c.kind = wanted;
  cut := r.as_of - make_interval(days => retention.days_of(wanted));
  insert into retention.run_count (run_id, kind, days, cutoff) values (of_run, wanted, retention.days_of(wanted), cut);
  if cut is null then return 0; end if;
  execute format('insert into retention.run_item (run_id, kind, id, record_id, at, is_walled, state)
    select $1, $2, d.id, d.record_id, d.at, coalesce(h.wall_id, w.wall_id) is not null, ''due'' from %s($3, null, $4 + 1) d
      left join platform.record h on h.id = d.record_id left join ledger.walled w on w.record_id = d.record_id
    where $5 or coalesce(h.wall_id, w.wall_id) is null order by d.at, d.id limit $4', k.due) using of_run, wanted, cut, most, r.with_walled;
  get diagnostics found = row_count;
  update retention.run_item i set state = 'spared', hold_id = h.hold_id, why = 'hold'
    from (select distinct on (x.id) x.id, x.hold_id from retention.held(wanted, array(select y.id from retention.run_item y where y.run_id = of_run and y.kind = wanted)) x
      join retention.hold z on z.id = x.hold_id order by x.id, z.wall_id nulls first, z.id) h
    where i.run_id = of_run and i.kind = wanted and i.id = h.id;
  update retention.run_count c set is_capped = found >= most, due = (select count(*) from retention.run_item i where i.run_id = of_run and i.kind = wanted and i.state = 'due' and not i.is_walled) where c.run_id = of_run and c.kind = wanted;
  if r.with_walled then
    insert into retention.run_walled (run_id, kind, due) select of_run, wanted, count(*) from retention.run_item i where i.run_id = of_run and i.kind = wanted and i.state = 'due' and i.is_walled;
  end if;
  return found;
end $$;

-- The look is over, unless a schedule changed while it was under way: then false, and it is to be begun anew.
create function retention.end_look(of_run uuid, begun_with bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if begun_with is distinct from retention.newest_schedule() then return false; end if;
  with shown as (update retention.run r set state = 'shown', schedule_id = begun_with where r.id = of_run and r.state = 'looking' returning r.id, r.with_walled)
  insert into platform.outbox (topic, record_id, read_permission) select 'retention.run-shown', s.id, case when s.with_walled then 'retention:walled' else 'retention:read' end from shown s;
  return true;
end $$;

-- Begins the removal, or says why not: a schedule changed, or more is due than was shown. Null where it runs, also again.
create function retention.begin_run(of_run uuid) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r retention.run;
  c record;
  isBeyond boolean;
  why text;
begin
  select * into r from retention.run x where x.id = of_run for update;
  if r.state = 'running' then return null; end if;
  if r.state is distinct from 'approved' then return 'This run is not approved.'; end if;
  if r.schedule_id is distinct from retention.newest_schedule() then why := 'A schedule was changed since the dry run.'; end if;
  for c in select x.kind, x.cutoff, x.is_capped, k.due from retention.run_count x join retention.kind k on k.key = x.kind where x.run_id = of_run and x.cutoff is not null loop
    exit when why is not null;
    execute format('select exists (select from %s($1, null, 100000) d left join platform.record h on h.id = d.record_id left join ledger.walled w on w.record_id = d.record_id
      where ($2 or coalesce(h.wall_id, w.wall_id) is null) and not exists (select from retention.run_item i where i.run_id = $3 and i.kind = $4 and i.id = d.id)
        and (not $5 or d.at < (select max(i.at) from retention.run_item i where i.run_id = $3 and i.kind = $4)))', c.due) into isBeyond using c.cutoff, r.with_walled, of_run, c.kind, c.is_capped;
    if isBeyond then why := 'More is due by now than the dry run showed.'; end if;
  end loop;
  update retention.run x set state = case when why is null then 'running' else 'refused' end, outcome = coalesce(why, ''), ended_at = case when why is null then null else now() end where x.id = of_run;
  return why;
end $$;

-- Removes one kind's next things that were shown, are still due and are not held; all of it, its proof included, or nothing.
-- Answers how many it dealt with; 0 where none is left.
create function retention.step(of_run uuid, wanted text, most int) returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  r retention.run;
  k retention.kind;
  cut timestamptz;
  ids uuid[];
  going uuid[];
  one uuid;
  gone uuid[] := '{}';
  proof text;
  proofs text := '';
begin
  perform pg_advisory_xact_lock_shared(7204600);
  select * into r from retention.run x where x.id = of_run and x.state = 'running' for share;
  if r.id is null then raise exception 'the run is not under way' using errcode = '23514'; end if;
  select * into k from retention.kind x where x.key = wanted;
  select c.cutoff into cut from retention.run_count c where c.run_id = of_run and c.kind = wanted;
  select array_agg(i.id) into ids from (select x.id from retention.run_item x where x.run_id = of_run and x.kind = wanted and x.state = 'due' order by x.at, x.id limit most for update) i;
  if ids is null then return 0; end if;
  update retention.run_item i set state = 'spared', hold_id = h.hold_id, why = 'hold'
    from (select distinct on (x.id) x.id, x.hold_id from retention.held(wanted, ids) x join retention.hold z on z.id = x.hold_id order by x.id, z.wall_id nulls first, z.id) h
    where i.run_id = of_run and i.kind = wanted and i.id = h.id;
  execute format('select array_agg(d.id) from %s($1, $2, $3) d join retention.run_item i on i.run_id = $4 and i.kind = $5 and i.id = d.id and i.state = ''due''', k.due) into going using cut, ids, cardinality(ids), of_run, wanted;
  going := coalesce(going, '{}');
  update retention.run_item i set state = 'stayed', why = 'changed' where i.run_id = of_run and i.kind = wanted and i.id = any (ids) and i.state = 'due' and i.id <> all (going);
  begin
    execute format('select %s($1)', k.remove) into proof using going;
    gone := going;
    proofs := coalesce(proof, '');
  exception when foreign_key_violation or restrict_violation then
    -- Something still refers to one of them: each by itself.
    foreach one in array going loop
      begin
        execute format('select %s($1)', k.remove) into proof using array[one];
        gone := gone || one;
        proofs := concat_ws(',', nullif(proofs, ''), proof);
      exception when foreign_key_violation or restrict_violation then
        update retention.run_item i set state = 'stayed', why = 'referred' where i.run_id = of_run and i.kind = wanted and i.id = one;
      end;
    end loop;
  end;
  update retention.run_item i set state = 'removed' where i.run_id = of_run and i.kind = wanted and i.id = any (gone);
  update retention.run_count c set removed = c.removed + x.open, stayed = c.stayed + (cardinality(going) - cardinality(gone)) from (select count(*)::int as open from retention.run_item i where i.run_id = of_run and i.kind = wanted and i.id = any (gone) and not i.is_walled) x where c.run_id = of_run and c.kind = wanted;
  update retention.run_walled w set removed = w.removed + x.walled from (select count(*)::int as walled from retention.run_item i where i.run_id = of_run and i.kind = wanted and i.id = any (gone) and i.is_walled) x where w.run_id = of_run and w.kind = wanted;
  if cardinality(gone) > 0 then
    insert into ledger.entry (actor, verb, record_id, body) values (r.approved_by, 'retention.removed', of_run, format('{"after":{"class":%s,"count":%s,"id":"%s","ids":"sha256:%s","kind":%s,"proof":[%s],"schedule":%s}}',
      to_json(k.class), case when r.with_walled then 'null' else cardinality(gone)::text end, of_run,
      encode(sha256(convert_to((select string_agg(x::text, ',' order by x) from unnest(gone) x), 'UTF8')), 'hex'), to_json(wanted), proofs, r.schedule_id));
  end if;
  return cardinality(ids);
end $$;

-- What every record leaves: its header, words and links, what hangs on it, and its texts in the ledger, of which entry, leaf
-- and hash stay. The last step of a kind's own removal.
create function retention.let_records_go(ids uuid[]) returns void language plpgsql as $$
declare
  g record;
begin
  for g in select x.remove from retention.hanging x order by x.key loop
    execute format('select %s($1)', g.remove) using ids;
  end loop;
  perform retention.forget_texts(ids);
  delete from platform.link l where l.from_id = any (ids) or l.to_id = any (ids);
  delete from platform.search s where s.record_id = any (ids);
  delete from platform.record r where r.id = any (ids);
end $$;

create function retention.forget_texts(records uuid[]) returns void language plpgsql as $$
begin
  perform set_config('parapet.retention', 'on', true);
  delete from ledger.erasable e using ledger.leaf l where l.record_id = any (records) and e.xid = l.xid and e.entry_id = l.entry_id;
  perform set_config('parapet.retention', '', true);
end $$;

-- Texts of the ledger, by the entry that they stand in.
create function retention.texts_due(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select e.id, e.record_id, e.at from (select distinct x.xid, x.entry_id from ledger.erasable x where among is null or x.entry_id = any (among)) t
    join ledger.entry e on e.xid = t.xid and e.id = t.entry_id where e.at <= before order by e.at, e.id limit most
$$;
create function retention.text_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select e.id, e.record_id, e.site_id, e.at, null::timestamptz, array_remove(array[e.actor, e.record_id], null)
    from (select distinct x.xid, x.entry_id from ledger.erasable x where x.entry_id = any (ids)) t join ledger.entry e on e.xid = t.xid and e.id = t.entry_id
$$;
create function retention.remove_texts(ids uuid[]) returns text language plpgsql as $$
begin
  perform set_config('parapet.retention', 'on', true);
  delete from ledger.erasable e where e.entry_id = any (ids);
  perform set_config('parapet.retention', '', true);
  return null;
end $$;
create index on ledger.erasable (entry_id);
select retention.protect('ledger.erasable', 'ledger.text', 'entry_id');

-- The holds on a record, as far as the reader sees record and holds.
create function retention.holds_on(record uuid) returns table (hold_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query select h.hold_id from retention.held((select r.kind from platform.record r where r.id = record), array[record]) h;
end $$;
-- For the keeper of backups: true while a hold says that none makes room.
create function retention.keeps_backups() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from retention.hold h where h.state = 'active' and h.keeps_backups)
$$;

revoke execute on function retention.held(text, uuid[]), retention.refuse_held(), retention.keep_run(), retention.look(uuid, text, int), retention.end_look(uuid, bigint), retention.begin_run(uuid), retention.step(uuid, text, int),
  retention.holds_on(uuid), retention.keeps_backups(), retention.let_records_go(uuid[]), retention.forget_texts(uuid[]), retention.remove_texts(uuid[]) from public;
grant execute on function retention.look(uuid, text, int), retention.end_look(uuid, bigint), retention.begin_run(uuid), retention.step(uuid, text, int) to parapet_worker;
grant execute on function retention.holds_on(uuid), retention.keeps_backups() to parapet_person, parapet_org;
-- The worker asks which kinds there are.
grant select on retention.kind, retention.run, retention.schedule, retention.run_item to parapet_worker;
create policy worker_select on retention.kind for select to parapet_worker using (true);
create policy worker_select on retention.run for select to parapet_worker using (true);
create policy worker_select on retention.schedule for select to parapet_worker using (true);
create policy worker_select on retention.run_item for select to parapet_worker using (true);
