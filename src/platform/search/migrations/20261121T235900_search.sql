-- Records are found by hashes of their words with who may read them: a search looks up nothing but what its searcher may see.
create extension if not exists fuzzystrmatch;
create extension if not exists unaccent;
create schema search;

-- Who may read: a site or wall under a permission, or, without a label, all that stands behind no wall. A room is a wall, or all outside walls.
create table search.scope (
  key        bigint primary key,
  label      uuid,
  permission text not null,
  room       bigint not null
);
create index on search.scope (label, permission);
create index on search.scope (room);

-- The words in use in a room, with what a slip, a part or a like sound leads to them by. Not unique, so that writers never wait for each other.
create table search.word (
  room      bigint not null,
  word      text collate "C" not null,
  forms     bigint[] not null,
  unused_at timestamptz
);
create index on search.word (room, word);
create index on search.word using gin (forms) with (gin_pending_list_limit = 512);

create table search.record (
  record_id    uuid primary key references platform.record on delete cascade,
  permission   text not null,
  at           timestamptz not null,
  title_words  smallint not null,
  title_tokens smallint not null,
  tokens       bigint[] not null
);
alter table search.record alter tokens set storage external;
alter table search.record alter tokens set statistics 1000;

-- Letters and digits only, lower, without marks: "Jürgen Müller-Lüdenscheidt" is "jurgen muller ludenscheidt".
create function search.plain(said text) returns text language sql stable parallel safe
  return btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, regexp_replace(normalize(said, nfkd), '[\u0300-\u036f]+', '', 'g')) collate pg_c_utf8), '[^[:alnum:]]+', ' ', 'g'));
create function search.key_of(label uuid, permission text) returns bigint language sql immutable parallel safe
  return hashtextextended(coalesce(label::text, '') || ':' || permission, 0);
create function search.room_of(wall uuid) returns bigint language sql immutable parallel safe
  return hashtextextended(coalesce(wall::text, ''), 1);
create function search.is_spelt(word text) returns boolean language sql immutable parallel safe
  return word collate pg_c_utf8 ~ '^[[:alpha:]]{3,40}$';

-- The word and what is left of it when a letter is missing: two words one slip apart have one of these in common.
create function search.slips_of(word text, room bigint) returns bigint[] language sql immutable parallel safe
  return array(select distinct hashtextextended('-' || case when i = 0 then word else overlay(word placing '' from i for 1) end, room) from generate_series(0, length(word)) i where length(word) >= 4);
-- Fours of letters, from where they stand in the word: what holds all of a part's is looked at.
create function search.fours_of(part text, room bigint, first int) returns bigint[] language sql immutable parallel safe
  return array(select distinct hashtextextended('4' || substr(part, i, 4), room) from generate_series(first, length(part) - 3) i);
-- Daitch-Mokotoff, made for surnames of many languages: a name may sound in several ways.
create function search.sounds_of(word text, room bigint) returns bigint[] language sql immutable parallel safe
  return array(select hashtextextended('~' || code, room) from unnest(public.daitch_mokotoff(word)) code where length(word) >= 3);

-- Writes what records are found by, with their header and words as they now are.
-- In PL/pgSQL, which keeps its plans for the session; in SQL it would be planned anew in every transaction, at three times the cost of what it does.
create function search.keep(ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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

create function search.on_words() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids uuid[] := array(select f.record_id from fresh f);
begin
  -- An insert that met what was there fires both triggers, one of them with nothing.
  if cardinality(ids) > 0 then perform search.keep(ids); end if;
  return null;
end $$;
create function search.on_header() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare moved uuid[] := array(select f.id from fresh f join past p on p.id = f.id
  where (f.title, f.number, f.site_id, f.wall_id, f.read_permission, f.at) is distinct from (p.title, p.number, p.site_id, p.wall_id, p.read_permission, p.at));
begin
  if cardinality(moved) > 0 then perform search.keep(moved); end if;
  return null;
end $$;
-- At the end of the transaction: a record whose module gave no words is found by its header.
create function search.on_record() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from search.record f where f.record_id = new.id) then perform search.keep(array[new.id]); end if;
  return null;
end $$;
create trigger found_by_added after insert on platform.search referencing new table as fresh for each statement execute function search.on_words();
create trigger found_by_changed after update on platform.search referencing new table as fresh for each statement execute function search.on_words();
create trigger found_by_header after update on platform.record referencing old table as past new table as fresh for each statement execute function search.on_header();
create constraint trigger found_by_itself after insert on platform.record deferrable initially deferred for each row execute function search.on_record();

-- What the person of this statement may look up, by permission. Who reads very many sites looks among all that is behind no wall, and is held to theirs row by row.
create function search.my_scopes(most_sites int) returns table (permission text, keys bigint[], rooms bigint[], is_wide boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
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

-- Words in use in a room that are not the one asked for, but begin with it (2), hold it (3), or are a slip away or sound like it (4).
create type search.alike as (no int, step int, room bigint, word text);
create function search.alikes_of(no int, asked text, room bigint) returns setof search.alike language plpgsql stable set search_path = pg_catalog, pg_temp as $$
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

-- Hashes that stand for the words asked for, in what somebody may look up: which word, and by what step.
create function search.tokens_of(asked text[], keys bigint[], rooms bigint[], alikes search.alike[]) returns table (no int, step int, token bigint) language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query select q.no::int, 1, hashtextextended(q.word, k) from unnest(asked) with ordinality q (word, no) cross join unnest(keys) k
  union all
  select a.no, a.step, hashtextextended(a.word, k.key) from unnest(alikes) a join unnest(keys, rooms) k (key, room) on k.room = a.room;
end $$;

-- What the person of this statement finds, at most so many under each permission and step: the number or the whole title (1.0), every word as
-- written (0.8), words that begin so (0.6), that hold it (0.4), a slip away or of like sound (0.2); up to 0.1 more for the share of the title that
-- was asked for. It looks up hashes of what they may read. Who reads the whole organisation, or very many sites, has the newest records looked through
-- first, where a common word is found at once; nobody else has a row read that is not theirs.
create function search.find(wanted text, most int) returns table (record_id uuid, likeness real) language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  most_sites constant int := 64;
  plain constant text := search.plain(wanted);
  asked constant text[] := (array(select distinct left(w, 40) from unnest(string_to_array(plain, ' ')) w where w <> ''))[:8];
  is_number constant boolean := lower(wanted) ~ '^[a-z][a-z-]*[0-9][0-9-]*$';
  whole constant text[] := array['=' || coalesce(nullif(plain, ''), lower(wanted))] || case when is_number then array['#' || lower(wanted)] else '{}'::text[] end;
  recent constant text := '(select * from search.record where permission = %L order by at desc limit 1500)';
  sighted constant text := 'join platform.record r on r.id = f.record_id and exists (select from access.sight t join access.role_permission p on p.role_id = t.role_id and p.permission = f.permission where t.person_id = access.me() and t.label = r.sight_id and t.since <= now() and t.until > now())';
  newest constant text := 'select f.* from %s f %s where f.record_id <> all ($1) and %s order by f.at + interval ''0'' desc limit %s';
  ranked constant text := 'select array_agg(h.record_id), array_agg(((array[0.8, 0.6, 0.4, 0.2])[h.step] + 0.1 * h.share)::real) from (
    select g.record_id, max(g.step) as step, least(1, count(*) filter (where g.in_title)::real / greatest(g.title_words, 1)) as share from (
      select f.record_id, f.title_words, l.no, min(l.step) as step, bool_or(o.place <= f.title_tokens) as in_title
      from (%s) f cross join lateral unnest(f.tokens) with ordinality o (token, place) join unnest($2::int[], $3::int[], $4::bigint[]) l (no, step, token) on l.token = o.token group by 1, 2, 3) g
    group by g.record_id, g.title_words) h';
  alikes constant search.alike[] := case when is_number then '{}' else array(select a from (select distinct unnest(s.rooms) as room from search.my_scopes(most_sites) s) m
    cross join lateral unnest(asked) with ordinality q (word, no) cross join lateral search.alikes_of(q.no::int, q.word, m.room) a) end;
  ids uuid[] := '{}';
  likes real[] := '{}';
  scope record;
  held_to text;
  source text;
  condition text;
  nos int[];
  steps int[];
  tokens bigint[];
  now_ids uuid[];
  now_likes real[];
begin
  for scope in select s.*, s.is_wide or search.key_of(null, s.permission) = any (s.keys) as is_broad from search.my_scopes(most_sites) s loop
    held_to := case when scope.is_wide then sighted else '' end;
    condition := format('f.tokens && %L::bigint[]', array(select hashtextextended(w, k) from unnest(whole) w cross join unnest(scope.keys) k));
    execute format('select array_agg(f.record_id), array_agg(1.0::real) from (%s) f', format(newest, 'search.record', held_to, condition, most)) into now_ids, now_likes using ids;
    ids := ids || coalesce(now_ids, '{}');
    likes := likes || coalesce(now_likes, '{}');
    continue when asked = '{}';
    select array_agg(t.no), array_agg(t.step), array_agg(t.token) into nos, steps, tokens from search.tokens_of(asked, scope.keys, scope.rooms, alikes) t;
    for last_step in 1 .. 4 by 3 loop
      exit when last_step = 4 and (cardinality(now_ids) >= most or 1 = all (steps));
      condition := (select string_agg(format('f.tokens && %L::bigint[]', t.of_word), ' and ') from (select array_agg(t.token) as of_word from unnest(nos, steps, tokens) t (no, step, token) where t.step <= last_step group by t.no) t);
      foreach source in array case when scope.is_broad then array[format(recent, scope.permission), 'search.record'] else array['search.record'] end loop
        execute format(ranked, format(newest, source, held_to, condition, most)) into now_ids, now_likes using ids, nos, steps, tokens;
        exit when cardinality(now_ids) >= most;
      end loop;
      ids := ids || coalesce(now_ids, '{}');
      likes := likes || coalesce(now_likes, '{}');
    end loop;
  end loop;
  return query select * from unnest(ids, likes);
end $$;

create or replace function platform.find_records(wanted text, most int) returns table (record_id uuid, likeness real) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select f.record_id, f.likeness from search.find(wanted, most) f
$$;
drop index platform.search_words_idx;

-- Words of no record any more are marked at one sweep and go at a later one: whoever used one meanwhile has committed by then. Answers where to go on; nothing at the end.
create function search.sweep(after_room bigint, after_word text, most int) returns table (room bigint, word text) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare looked record;
begin
  for looked in select distinct k.room, k.word from search.word k where (k.room, k.word) > (after_room, after_word collate "C") order by k.room, k.word limit most loop
    room := looked.room;
    word := looked.word;
    if exists (select from search.record f where f.tokens && array(select hashtextextended(looked.word, s.key) from search.scope s where s.room = looked.room)) then
      update search.word k set unused_at = null where k.room = looked.room and k.word = looked.word and k.unused_at is not null;
    else
      delete from search.word k where k.room = looked.room and k.word = looked.word and k.unused_at < now() - interval '1 hour';
      update search.word k set unused_at = now() where k.room = looked.room and k.word = looked.word and k.unused_at is null;
    end if;
  end loop;
  if found then return next; end if;
end $$;

do $$
declare
  tbl text;
  batch uuid[];
  past uuid := '00000000-0000-0000-0000-000000000000';
begin
  loop
    batch := array(select r.id from platform.record r where r.id > past order by r.id limit 1000);
    exit when cardinality(batch) = 0;
    perform search.keep(batch);
    past := batch[cardinality(batch)];
  end loop;
  foreach tbl in array array['scope', 'word', 'record'] loop
    execute format('alter table search.%I enable row level security', tbl);
  end loop;
end $$;
create index on search.record (permission, at desc);
create index on search.record using gin (tokens) with (gin_pending_list_limit = 512);

-- Nobody calls these but the triggers and the two doors.
revoke execute on all functions in schema search from public;
grant usage on schema search to parapet_worker;
grant execute on function search.sweep(bigint, text, int) to parapet_worker;
