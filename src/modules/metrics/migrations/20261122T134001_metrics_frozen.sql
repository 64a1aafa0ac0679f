-- Figures as they stood at the end of a month or a quarter. What is frozen is what was counted: each record with its bin, so that a figure of then can be
-- made again, and what became of its records since is known one by one.

-- A fact says now which thing it is, and by which record one comes to it.
do $$
declare f text;
begin
  foreach f in array array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life'] loop
    execute format('drop function metrics.%I(timestamptz, timestamptz)', f || '_facts');
  end loop;
end $$;
create function metrics.answer_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.raised_at, f.type, case when f.answered_at < until then metrics.bin_of(f.answered_at - f.raised_at) when f.closed_at < until then 'by itself' when f.raised_at > until - interval '3 minutes' then 'too new' else '-' end
  from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.closing_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.closed_at, f.type, metrics.bin_of(f.closed_at - f.raised_at) from alarms.v_alarm_fact f where f.closed_at >= since and f.closed_at < until and f.by_person
$$;
create function metrics.finding_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.closed_at, f.type, coalesce(f.disposition, 'none said') from alarms.v_alarm_fact f where f.closed_at >= since and f.closed_at < until
$$;
create function metrics.place_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.raised_at, f.type, coalesce(f.source_id::text, '') || ' ' || f.point from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.slot_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.raised_at, f.type, floor(extract(epoch from f.raised_at) / 600)::bigint::text from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.open_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.raised_at, f.type, case when f.raised_at < until - interval '24 hours' then 'stale' else 'open' end from alarms.v_alarm_fact f where f.raised_at < until and (f.closed_at is null or f.closed_at >= until)
$$;
create function metrics.shift_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.ended_at, '', f.ended_how from alarms.v_shift_fact f where f.ended_at >= since and f.ended_at < until
$$;
create function metrics.incident_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.known_at, coalesce(f.type_key, ''), f.severity::text from incidents.v_incident_fact f where f.known_at >= since and f.known_at < until
$$;
create function metrics.intake_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.known_at, coalesce(f.type_key, ''), case when f.classified_at < until then metrics.bin_of(f.classified_at - f.known_at) else '-' end from incidents.v_incident_fact f where f.known_at >= since and f.known_at < until
$$;
create function metrics.action_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.record_id, i.site_id, f.due_at, coalesce(i.type_key, ''), case when f.ended_at <= f.due_at then 'on time' when f.ended_at < until then 'late' else 'open and late' end
  from tasks.v_task_fact f join incidents.v_incident_fact i on i.id = f.record_id where f.due_at >= since and f.due_at < until
$$;
create function metrics.repair_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.fixed_at, f.priority::text, metrics.bin_of(f.fixed_at - f.failed_at) from workorders.v_order_fact f where f.fixed_at >= since and f.fixed_at < until
$$;
create function metrics.due_repair_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, f.due_at, f.priority::text, case when f.fixed_at <= f.due_at then 'on time' else 'late' end from workorders.v_order_fact f where f.due_at >= since and f.due_at < until
$$;
create function metrics.life_facts(since timestamptz, until timestamptz) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.id, f.id, f.site_id, until, f.kind, case when f.end_of_life_on is null then 'not known' when f.end_of_life_on < until::date then 'past' else 'supported' end from devices.v_device_life f
$$;
do $$
declare f text;
begin
  foreach f in array array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life'] loop
    execute format('revoke execute on function metrics.%I(timestamptz, timestamptz) from public', f || '_facts');
  end loop;
end $$;

-- A month or a quarter (of UTC) that was frozen, once.
create table metrics.cutoff (
  id        uuid primary key,
  kind      text not null check (kind in ('month', 'quarter')),
  starts_at timestamptz not null,
  ends_at   timestamptz not null check (ends_at > starts_at),
  frozen_at timestamptz not null check (frozen_at >= ends_at),
  -- How many things were counted, and the hash over all of them.
  size      int not null,
  digest    bytea not null check (length(digest) = 32)
);
create unique index cutoff_of_time on metrics.cutoff (kind, starts_at);
select access.guard('metrics.cutoff', 'metrics:read', '{metrics}');
revoke update, delete on metrics.cutoff from parapet_person, parapet_org;

-- What was counted at one site, in order of the ids.
create table metrics.frozen_fact (
  id        uuid primary key,
  cutoff_id uuid not null references metrics.cutoff,
  fact      text not null,
  site_id   uuid,
  ids       uuid[] not null,
  records   uuid[] not null check (cardinality(records) = cardinality(ids)),
  kinds     text[] not null check (cardinality(kinds) = cardinality(ids)),
  shifts    text[] not null check (cardinality(shifts) = cardinality(ids)),
  bins      text[] not null check (cardinality(bins) = cardinality(ids))
);
create unique index frozen_fact_of on metrics.frozen_fact (cutoff_id, fact, site_id) nulls not distinct;
alter table metrics.frozen_fact enable row level security;

-- The figure of a definition as it stood, over the organisation or a site with all below it.
create table metrics.frozen_figure (
  id        uuid primary key,
  cutoff_id uuid not null references metrics.cutoff,
  key       text not null,
  version   int not null,
  site_id   uuid references access.site,
  wall_id   uuid references access.wall check (wall_id is null),
  sight_id  uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- How it was defined then.
  definition jsonb not null,
  figure    jsonb not null,
  -- What it was to keep to at the cut-off.
  goals     jsonb not null,
  records   int not null,
  digest    bytea not null check (length(digest) = 32)
);
create unique index frozen_figure_of on metrics.frozen_figure (cutoff_id, key, site_id) nulls not distinct;
create index on metrics.frozen_figure (key, site_id);
create index on metrics.frozen_figure (sight_id);
select access.protect('metrics.frozen_figure', 'metrics', 'metrics:read');
revoke update on metrics.frozen_figure from parapet_person, parapet_org;

-- What was written is what is read: nobody changes it, the owner of the database by a new migration only.
create function metrics.stays_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'a frozen figure stays as it was' using errcode = '23514';
end $$;
create trigger stays_frozen before update or delete on metrics.cutoff for each row execute function metrics.stays_frozen();
create trigger stays_frozen before update or delete on metrics.frozen_fact for each row execute function metrics.stays_frozen();
create trigger stays_frozen before update or delete on metrics.frozen_figure for each row execute function metrics.stays_frozen();

create function metrics.may_sum(scope uuid) returns void language plpgsql stable as $$
begin
  if access.permission() not in ('metrics:read', 'metrics:publish', 'metrics:freeze', 'desk:read', 'desk:write', 'desk:freeze', 'desk:issue') or not access.may_at(scope, null, access.permission()) then
    raise exception 'not for you to sum up' using errcode = '42501';
  end if;
end $$;
revoke execute on function metrics.may_sum(uuid) from public;

-- By the clock of the site: 06 to 14, 14 to 22 and 22 to 06.
create function metrics.shift_of(at timestamptz, zone text) returns text language sql stable as $$
  select case when extract(hour from at at time zone coalesce(zone, 'UTC')) between 6 and 13 then 'day' when extract(hour from at at time zone coalesce(zone, 'UTC')) between 14 and 21 then 'evening' else 'night' end
$$;
revoke execute on function metrics.shift_of(timestamptz, text) from public;

create or replace function metrics.sums(fact text, scope uuid, since timestamptz, until timestamptz, part text, among text[]) returns table (grp text, bin text, n bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare by_part text;
begin
  perform metrics.may_sum(scope);
  if fact <> all (array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life']) then
    raise exception 'no such fact' using errcode = '22023';
  end if;
  by_part := case part when 'none' then '''''' when 'site' then 'coalesce(f.site_id::text, '''')' when 'type' then 'f.kind'
    when 'month' then 'to_char(f.at at time zone ''UTC'', ''YYYY-MM'')' when 'shift' then 'metrics.shift_of(f.at, s.time_zone)' end;
  if by_part is null then raise exception 'no such part' using errcode = '22023'; end if;
  return query execute format('select %s, f.bin, count(*) from metrics.%I($1, $2) f left join sites.v_site s on s.id = f.site_id
    where ($3 is null or f.site_id in (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = $3)) and ($4 is null or f.kind = any ($4)) group by 1, 2', by_part, fact || '_facts')
    using since, until, scope, among;
end $$;

-- The same of what was frozen.
create function metrics.frozen_sums(cutoff uuid, fact text, scope uuid, part text, among text[]) returns table (grp text, bin text, n bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform metrics.may_sum(scope);
  return query select case part when 'site' then coalesce(f.site_id::text, '') when 'type' then u.kind when 'shift' then u.shift else '' end, u.bin, count(*)
    from metrics.frozen_fact f cross join lateral unnest(f.kinds, f.shifts, f.bins) u(kind, shift, bin)
    where f.cutoff_id = cutoff and f.fact = frozen_sums.fact and (among is null or u.kind = any (among))
      and (scope is null or f.site_id in (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = scope)) group by 1, 2;
end $$;

-- How many of what was counted are counted otherwise today, are not counted any more, or came to it since.
create function metrics.changed_since(cutoff uuid, fact text, scope uuid, among text[]) returns table (changed bigint, gone bigint, added bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform metrics.may_sum(scope);
  if fact <> all (array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life']) then
    raise exception 'no such fact' using errcode = '22023';
  end if;
  return query execute format('with tree as (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = $2),
    then_ as (select u.id, f.site_id, u.kind, u.bin from metrics.frozen_fact f cross join lateral unnest(f.ids, f.kinds, f.bins) u(id, kind, bin) where f.cutoff_id = $1 and f.fact = $4 and ($2 is null or f.site_id in (select id from tree)) and ($3 is null or u.kind = any ($3))),
    now_ as (select f.id, f.site_id, f.kind, f.bin from metrics.cutoff c cross join lateral metrics.%I(c.starts_at, c.ends_at) f where c.id = $1 and ($2 is null or f.site_id in (select id from tree)) and ($3 is null or f.kind = any ($3)))
    select count(*) filter (where t.id is not null and n.id is not null and (t.bin, t.kind, t.site_id) is distinct from (n.bin, n.kind, n.site_id)), count(*) filter (where n.id is null), count(*) filter (where t.id is null) from then_ t full join now_ n on n.id = t.id', fact || '_facts')
    using cutoff, scope, among, fact;
end $$;

-- The records that stood in it, with how each was counted; under whose sight they are shown is for who asks.
create function metrics.frozen_records(cutoff uuid, fact text, scope uuid, among text[]) returns table (record_id uuid, bin text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform metrics.may_sum(scope);
  return query select u.record_id, u.bin from metrics.frozen_fact f cross join lateral unnest(f.records, f.kinds, f.bins) u(record_id, kind, bin)
    where f.cutoff_id = cutoff and f.fact = frozen_records.fact and (among is null or u.kind = any (among))
      and (scope is null or f.site_id in (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = scope));
end $$;

-- Freezes what was counted of a period; once, since the cut-off is unique. Null where it was frozen already.
create function metrics.freeze(cutoff uuid, period text, since timestamptz, until timestamptz, at timestamptz) returns table (size int, digest bytea) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  f text;
  wanted text[] := array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life'];
  n int := 0;
  whole bytea := '';
begin
  if access.permission() <> 'metrics:freeze' or not access.org_may('metrics:freeze') then raise exception 'not for you to freeze' using errcode = '42501'; end if;
  if until > at then raise exception 'this period is not over' using errcode = '22023'; end if;
  -- Of two at once the second waits, and finds it done.
  perform pg_advisory_xact_lock(hashtext('metrics.freeze'));
  if exists (select from metrics.cutoff c where c.kind = period and c.starts_at = since) then return; end if;
  create temporary table frozen_now (fact text, site_id uuid, ids uuid[], records uuid[], kinds text[], shifts text[], bins text[]) on commit drop;
  foreach f in array wanted loop
    execute format('insert into pg_temp.frozen_now select %L, f.site_id, array_agg(f.id order by f.id), array_agg(f.record_id order by f.id), array_agg(f.kind order by f.id), array_agg(metrics.shift_of(f.at, s.time_zone) order by f.id), array_agg(f.bin order by f.id)
      from metrics.%I($1, $2) f left join sites.v_site s on s.id = f.site_id group by f.site_id', f, f || '_facts') using since, until;
  end loop;
  select coalesce(sum(cardinality(t.ids)), 0), sha256(convert_to(coalesce(string_agg(t.fact || ' ' || coalesce(t.site_id::text, '-') || ' ' || t.ids::text || t.kinds::text || t.shifts::text || t.bins::text, E'\n' order by t.fact, t.site_id), ''), 'UTF8')) into n, whole from pg_temp.frozen_now t;
  insert into metrics.cutoff (id, kind, starts_at, ends_at, frozen_at, size, digest) values (cutoff, period, since, until, at, n, whole);
  insert into metrics.frozen_fact (id, cutoff_id, fact, site_id, ids, records, kinds, shifts, bins) select pg_catalog.uuidv7(), cutoff, t.fact, t.site_id, t.ids, t.records, t.kinds, t.shifts, t.bins from pg_temp.frozen_now t;
  drop table pg_temp.frozen_now;
  return query select n, whole;
end $$;

-- The hash over what one figure counted.
create function metrics.frozen_digest(cutoff uuid, fact text, scope uuid, among text[]) returns bytea language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform metrics.may_sum(scope);
  return (select sha256(convert_to(coalesce(string_agg(u.id::text || ' ' || u.kind || ' ' || u.bin, E'\n' order by u.id), ''), 'UTF8')) from metrics.frozen_fact f cross join lateral unnest(f.ids, f.kinds, f.bins) u(id, kind, bin)
    where f.cutoff_id = cutoff and f.fact = frozen_digest.fact and (among is null or u.kind = any (among))
      and (scope is null or f.site_id in (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = scope)));
end $$;

-- When anything was first known at all: before, there is nothing to freeze.
create function metrics.begins_at() returns timestamptz language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.permission() <> 'metrics:freeze' or not access.org_may('metrics:freeze') then raise exception 'not for you to freeze' using errcode = '42501'; end if;
  return (select min(at) from (select min(raised_at) as at from alarms.v_alarm_fact union all select min(known_at) from incidents.v_incident_fact union all select min(fixed_at) from workorders.v_order_fact) x);
end $$;

do $$
declare f regprocedure;
begin
  foreach f in array array['metrics.frozen_sums(uuid, text, uuid, text, text[])', 'metrics.changed_since(uuid, text, uuid, text[])', 'metrics.frozen_records(uuid, text, uuid, text[])', 'metrics.freeze(uuid, text, timestamptz, timestamptz, timestamptz)', 'metrics.frozen_digest(uuid, text, uuid, text[])', 'metrics.begins_at()']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to parapet_person, parapet_org', f);
  end loop;
end $$;
