-- A function in PL/pgSQL keeps its plans for the session; one in SQL is planned anew in every transaction, which cost three times as much as what it did.
create or replace function search.keep(ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  with r as materialized (
    select r.id, r.at, r.read_permission as permission, r.sight_id, search.room_of(r.wall_id) as room, lower(r.number) as number, lower(r.title) as said,
      search.plain(r.title) as title, search.plain(r.title || ' ' || coalesce(s.words, '') || ' ' || coalesce(r.number, '')) as body,
      array_remove(array[case when r.wall_id is null then search.key_of(null, r.read_permission) end, case when r.sight_id is not null then search.key_of(r.sight_id, r.read_permission) end], null) as keys,
      r.wall_id is null as is_open
    from platform.record r left join platform.search s on s.record_id = r.id where r.id = any (ids)
  ), w as materialized (
    select r.*, array(select distinct left(x, 40) from unnest(string_to_array(r.title, ' ')) x where x <> '') as title_words,
      array(select distinct left(x, 40) from unnest(string_to_array(r.body, ' ')) x where x <> '' limit 2000) as words from r
  ), noted as (
    insert into search.scope (key, label, permission, room)
      select w.keys[1], null, w.permission, w.room from w where w.is_open
      union select w.keys[cardinality(w.keys)], w.sight_id, w.permission, w.room from w where w.sight_id is not null
    on conflict do nothing
  ), learnt as (
    insert into search.word (room, word, forms)
      select n.room, n.word, case when search.is_spelt(n.word) then search.slips_of(n.word, n.room) || search.fours_of(n.word, n.room, 2) || search.sounds_of(n.word, n.room) else '{}' end
      from (select distinct w.room, x.word from w cross join lateral unnest(w.words) x (word)) n
      where length(n.word) >= 2 and n.word ~ '[^0-9]' and not exists (select from search.word k where k.room = n.room and k.word = n.word)
  )
  insert into search.record (record_id, permission, at, title_words, title_tokens, tokens)
    select w.id, w.permission, w.at, cardinality(w.title_words), cardinality(w.title_words) * cardinality(w.keys),
      array(select hashtextextended(word, key) from unnest(w.keys) key cross join unnest(w.title_words) word)
      || array(select distinct hashtextextended(word, key) from unnest(w.keys) key cross join (
        select word from unnest(w.words) word where word <> all (w.title_words)
        union all select ltrim(word, '0') from unnest(w.words) word where word ~ '^0+[1-9][0-9]*$'
        union all select '#' || left(w.number, n) from generate_series(greatest(1, length(w.number) - 4), length(w.number)) n
        union all select '=' || coalesce(nullif(w.title, ''), w.said)) x (word))
    from w
  on conflict (record_id) do update set permission = excluded.permission, at = excluded.at, title_words = excluded.title_words, title_tokens = excluded.title_tokens, tokens = excluded.tokens
    where (search.record.permission, search.record.at, search.record.title_tokens, search.record.tokens) is distinct from (excluded.permission, excluded.at, excluded.title_tokens, excluded.tokens);
end $$;

create or replace function search.on_words() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids uuid[] := array(select f.record_id from fresh f);
begin
  -- An insert that met what was there fires both triggers, one of them with nothing.
  if cardinality(ids) > 0 then perform search.keep(ids); end if;
  return null;
end $$;

create or replace function search.my_scopes(most_sites int) returns table (permission text, keys bigint[], rooms bigint[], is_wide boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query with org as materialized (select access.org_permissions() as held),
  sites as materialized (
    select s.* from (
      select distinct t.label, p.permission from access.sight t join access.role_permission p on p.role_id = t.role_id
      where t.person_id = access.me() and t.since <= now() and t.until > now()) h
    join search.scope s on s.label = h.label and s.permission = h.permission
    where not (s.room = search.room_of(null) and s.permission = any ((select held from org)::text[]))
  ), wide as materialized (
    select s.permission from sites s where s.room = search.room_of(null) group by 1 having count(*) > most_sites
  ), mine as (
    select s.key, s.permission, s.room from search.scope s where s.label is null and s.permission = any ((select held from org) || array(select w.permission from wide w))
    union all
    select s.key, s.permission, s.room from sites s where not (s.room = search.room_of(null) and s.permission in (select w.permission from wide w))
  )
  select m.permission, array_agg(m.key), array_agg(m.room), m.permission in (select w.permission from wide w) from mine m group by 1;
end $$;

create or replace function search.alikes_of(no int, asked text, room bigint) returns setof search.alike language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query select no, 2, room, k.word from (
    select b.word from (select distinct k.word from search.word k where k.room = alikes_of.room and k.word > asked collate "C" and k.word < (asked || chr(1114111)) collate "C" limit 5000) b
    order by length(b.word), b.word limit 40) k where length(asked) >= 2
  union all
  select no, 3, room, k.word from (
    select distinct k.word from search.word k where k.forms @> search.fours_of(asked, alikes_of.room, 1) and strpos(k.word, asked) > 1 limit 30) k where length(asked) >= 4
  union all
  (select no, 4, room, k.word from (select distinct k.word from search.word k where k.forms && (search.slips_of(asked, alikes_of.room) || search.sounds_of(asked, alikes_of.room))) k
  where search.is_spelt(asked) and k.word <> asked and not starts_with(k.word, asked) and public.levenshtein(k.word, asked) <= greatest(length(k.word), length(asked)) / 2
  order by public.levenshtein(k.word, asked), k.word limit 30);
end $$;

create or replace function search.tokens_of(asked text[], keys bigint[], rooms bigint[], alikes search.alike[]) returns table (no int, step int, token bigint) language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query select q.no::int, 1, hashtextextended(q.word, k) from unnest(asked) with ordinality q (word, no) cross join unnest(keys) k
  union all
  select a.no, a.step, hashtextextended(a.word, k.key) from unnest(alikes) a join unnest(keys, rooms) k (key, room) on k.room = a.room;
end $$;
