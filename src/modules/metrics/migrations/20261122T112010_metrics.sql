-- Figures are sums over what the owners of records publish, over all records whoever asks, and nothing but sums.
-- docs/decisions/2026-11-22-figures-are-sums.md
create schema metrics;
grant usage on schema metrics to parapet_login, parapet_person, parapet_org;

-- Facts: where, when, of what kind, and in which bin each counts. A bin is a state, or whole seconds (minutes from an hour on); '-' has not come to
-- its end at the cut-off. What came after the cut-off is not known at it, so that a figure of the past stays what it was.
create function metrics.bin_of(took interval) returns text language sql immutable
  as $$ select case when took >= interval '1 hour' then 60 * floor(extract(epoch from took) / 60) else greatest(0, floor(extract(epoch from took))) end::bigint::text $$;

create function metrics.answer_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.raised_at, f.type, case when f.answered_at < until then metrics.bin_of(f.answered_at - f.raised_at) when f.closed_at < until then 'by itself' when f.raised_at > until - interval '3 minutes' then 'too new' else '-' end
  from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.closing_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.closed_at, f.type, metrics.bin_of(f.closed_at - f.raised_at) from alarms.v_alarm_fact f where f.closed_at >= since and f.closed_at < until and f.by_person
$$;
create function metrics.finding_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.closed_at, f.type, coalesce(f.disposition, 'none said') from alarms.v_alarm_fact f where f.closed_at >= since and f.closed_at < until
$$;
create function metrics.place_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.raised_at, f.type, coalesce(f.source_id::text, '') || ' ' || f.point from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.slot_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.raised_at, f.type, floor(extract(epoch from f.raised_at) / 600)::bigint::text from alarms.v_alarm_fact f where f.raised_at >= since and f.raised_at < until
$$;
create function metrics.open_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.raised_at, f.type, case when f.raised_at < until - interval '24 hours' then 'stale' else 'open' end from alarms.v_alarm_fact f where f.raised_at < until and (f.closed_at is null or f.closed_at >= until)
$$;
create function metrics.shift_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.ended_at, '', f.ended_how from alarms.v_shift_fact f where f.ended_at >= since and f.ended_at < until
$$;
create function metrics.incident_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.known_at, coalesce(f.type_key, ''), f.severity::text from incidents.v_incident_fact f where f.known_at >= since and f.known_at < until
$$;
create function metrics.intake_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.known_at, coalesce(f.type_key, ''), case when f.classified_at < until then metrics.bin_of(f.classified_at - f.known_at) else '-' end from incidents.v_incident_fact f where f.known_at >= since and f.known_at < until
$$;
create function metrics.action_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select i.site_id, f.due_at, coalesce(i.type_key, ''), case when f.ended_at <= f.due_at then 'on time' when f.ended_at < until then 'late' else 'open and late' end
  from tasks.v_task_fact f join incidents.v_incident_fact i on i.id = f.record_id where f.due_at >= since and f.due_at < until
$$;
create function metrics.repair_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.fixed_at, f.priority::text, metrics.bin_of(f.fixed_at - f.failed_at) from workorders.v_order_fact f where f.fixed_at >= since and f.fixed_at < until
$$;
create function metrics.due_repair_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, f.due_at, f.priority::text, case when f.fixed_at <= f.due_at then 'on time' else 'late' end from workorders.v_order_fact f where f.due_at >= since and f.due_at < until
$$;
create function metrics.life_facts(since timestamptz, until timestamptz) returns table (site_id uuid, at timestamptz, kind text, bin text) language sql stable as $$
  select f.site_id, until, f.kind, case when f.end_of_life_on is null then 'not known' when f.end_of_life_on < until::date then 'past' else 'supported' end from devices.v_device_life f
$$;
do $$
declare f text;
begin
  foreach f in array array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life'] loop
    execute format('revoke execute on function metrics.%I(timestamptz, timestamptz) from public', f || '_facts');
  end loop;
end $$;
revoke execute on function metrics.bin_of(interval) from public;

-- The one way to the facts of all: sums of a scope (a site with what is below it, or null for the organisation) for who reads metrics there.
create function metrics.sums(fact text, scope uuid, since timestamptz, until timestamptz, part text, among text[]) returns table (grp text, bin text, n bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare by_part text;
begin
  if access.permission() not in ('metrics:read', 'metrics:publish', 'desk:read') or not access.may_at(scope, null, access.permission()) then
    raise exception 'not for you to sum up' using errcode = '42501';
  end if;
  if fact <> all (array['answer', 'closing', 'finding', 'place', 'slot', 'open', 'shift', 'incident', 'intake', 'action', 'repair', 'due_repair', 'life']) then
    raise exception 'no such fact' using errcode = '22023';
  end if;
  -- Months are those of UTC; shifts are by the clock of the site: 06 to 14, 14 to 22 and 22 to 06.
  by_part := case part when 'none' then '''''' when 'site' then 'coalesce(f.site_id::text, '''')' when 'type' then 'f.kind'
    when 'month' then 'to_char(f.at at time zone ''UTC'', ''YYYY-MM'')'
    when 'shift' then 'case when extract(hour from f.at at time zone coalesce(s.time_zone, ''UTC'')) between 6 and 13 then ''day'' when extract(hour from f.at at time zone coalesce(s.time_zone, ''UTC'')) between 14 and 21 then ''evening'' else ''night'' end' end;
  if by_part is null then raise exception 'no such part' using errcode = '22023'; end if;
  return query execute format('select %s, f.bin, count(*) from metrics.%I($1, $2) f left join sites.v_site s on s.id = f.site_id
    where ($3 is null or f.site_id in (select o.id from access.site o join access.site top on o.path operator(public.<@) top.path where top.id = $3)) and ($4 is null or f.kind = any ($4)) group by 1, 2', by_part, fact || '_facts')
    using since, until, scope, among;
end $$;
revoke execute on function metrics.sums(text, uuid, timestamptz, timestamptz, text, text[]) from public;
grant execute on function metrics.sums(text, uuid, timestamptz, timestamptz, text, text[]) to parapet_person, parapet_org;

-- Where the reader may read the records themselves: there nothing is suppressed, since a list would say the same.
create function metrics.readable(scope uuid, wanted text) returns table (site_id uuid) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id from access.site s where access.may_at(s.id, null, wanted) and (scope is null or exists (select from access.site top where top.id = scope and s.path operator(public.<@) top.path))
  union all select null::uuid where scope is null and access.org_may(wanted)
$$;
revoke execute on function metrics.readable(uuid, text) from public;
grant execute on function metrics.readable(uuid, text) to parapet_person, parapet_org;
