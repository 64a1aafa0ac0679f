-- Names of signals (what the sender called them) are remembered for 30 days, so that a resend is known; past that they say
-- nothing. They go by the day on which they ran out: one delete by the index on `until`, a day at a time. A million of them are
-- some seconds and their dead rows, in a table that only the intake reads by key; a partition a day would make that a drop, and
-- each resend a look into 30 partitions.
create function signals.names_due(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  with recursive days as (
    (select date_trunc('day', s.until at time zone 'UTC') as d from signals.seen s order by s.until limit 1)
    union all
    select (select date_trunc('day', s.until at time zone 'UTC') from signals.seen s where s.until >= (days.d + interval '1 day') at time zone 'UTC' order by s.until limit 1) from days where days.d is not null
  )
  select signals.day_key(d::date), null::uuid, (d + interval '1 day') at time zone 'UTC' from days
  where d is not null and (d + interval '1 day') at time zone 'UTC' <= before and (among is null or signals.day_key(d::date) = any (among)) order by d limit most
$$;
create function signals.names_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select k, null::uuid, null::uuid, signals.day_of(k)::timestamp at time zone 'UTC', (signals.day_of(k) + 1)::timestamp at time zone 'UTC', '{}'::uuid[] from unnest(ids) k
$$;
create function signals.let_names_go(ids uuid[]) returns text language plpgsql as $$
declare
  day uuid;
  n bigint;
  proofs text[] := '{}';
begin
  foreach day in array ids loop
    delete from signals.seen s where s.until >= signals.day_of(day)::timestamp at time zone 'UTC' and s.until < (signals.day_of(day) + 1)::timestamp at time zone 'UTC' and s.until <= now();
    get diagnostics n = row_count;
    proofs := proofs || format('{"day":"%s","names":%s}', signals.day_of(day), n);
  end loop;
  return array_to_string(proofs, ',');
end $$;
revoke execute on function signals.let_names_go(uuid[]) from public;
