-- Signals go by the day: the whole partition at once, and what of that day lies in the default partition. A day is named by
-- its lowest key. Under a hold none is deleted row by row either.
create function signals.day_key(day date) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
create function signals.day_of(key uuid) returns date language sql immutable as $$
  select (timestamp '1970-01-01' + make_interval(secs => ('x' || lpad(left(replace(key::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0))::date
$$;
create function signals.days() returns setof date language sql stable as $$
  select to_date(right(c.relname, 8), 'YYYYMMDD') from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'signals.signal'::regclass and c.relname ~ '^signal_\d{8}$'
  union select distinct signals.day_of(o.key) from signals.signal_other o
$$;
create function signals.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select signals.day_key(d), null::uuid, (d + 1)::timestamp at time zone 'UTC' from signals.days() d
  where (d + 1)::timestamp at time zone 'UTC' <= before and (among is null or signals.day_key(d) = any (among)) order by d limit most
$$;
-- A day of signals of several sites is held where one of them is.
create function signals.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select k, null::uuid, s.site_id, signals.day_of(k)::timestamp at time zone 'UTC', (signals.day_of(k) + 1)::timestamp at time zone 'UTC', '{}'::uuid[]
  from unnest(ids) k cross join lateral (select distinct x.site_id from signals.signal x where x.key >= k and x.key < signals.day_key(signals.day_of(k) + 1) union select null) s
$$;
-- Answers which numbers of which streams went, so that the ledger can say of a batch that it was let go of.
create function signals.let_go(ids uuid[]) returns text language plpgsql as $$
declare
  low uuid;
  high uuid;
  name text;
  went text;
  proofs text[] := '{}';
begin
  perform set_config('lock_timeout', '500ms', true);
  foreach low in array ids loop
    if exists (select from retention.held('signals.day', array[low])) then raise exception 'It is under a legal hold, and stays.' using errcode = '23001'; end if;
    high := signals.day_key(signals.day_of(low) + 1);
    select string_agg(format('[%s,%s,%s]', g.stream, g.low, g.high), ',' order by g.stream, g.low) into went from (
      select x.stream, min(x.seq) as low, max(x.seq) as high from (
        select s.stream, s.seq, s.seq - row_number() over (partition by s.stream order by s.seq) as island from signals.signal s where s.key >= low and s.key < high) x group by x.stream, x.island) g;
    name := 'signal_' || to_char(signals.day_of(low), 'YYYYMMDD');
    if to_regclass('signals.' || name) is not null then execute format('drop table signals.%I', name); end if;
    delete from signals.signal_other o where o.key >= low and o.key < high;
    proofs := proofs || format('{"day":"%s","went":[%s]}', signals.day_of(low), coalesce(went, ''));
  end loop;
  return array_to_string(proofs, ',');
end $$;
revoke execute on function signals.let_go(uuid[]) from public;
-- A single signal is held with its day.
create function signals.refuse_held() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(7204600);
  if exists (select from retention.hold h where h.state = 'active') and exists (select from retention.held('signals.day', array[signals.day_key(signals.day_of(old.key))])) then
    raise exception 'It is under a legal hold, and stays.' using errcode = '23001';
  end if;
  return old;
end $$;
revoke execute on function signals.refuse_held() from public;
create trigger legal_hold before delete on signals.signal for each row execute function signals.refuse_held();
alter table signals.signal enable always trigger legal_hold;
