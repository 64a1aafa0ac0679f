-- A record is found by what is said of it too, by who may read comments where it stands: their words have hashes under thread:read, looked up beside those of what the searcher may read there.
create or replace function search.keep(ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  with r as materialized (
    select r.id, r.at, r.read_permission as permission, r.sight_id, search.room_of(r.wall_id) as room, lower(r.number) as number, lower(r.title) as said,
      search.plain(r.title) as title, search.plain(r.title || ' ' || coalesce(s.words, '') || ' ' || coalesce(r.number, '')) as body,
      array_remove(array[case when r.wall_id is null then search.key_of(null, r.read_permission) end, case when r.sight_id is not null then search.key_of(r.sight_id, r.read_permission) end], null) as keys,
      array_remove(array[case when r.wall_id is null then search.key_of(null, 'thread:read') end, case when r.sight_id is not null then search.key_of(r.sight_id, 'thread:read') end], null) as said_keys,
      search.plain(c.said) as comments, r.wall_id is null as is_open
    from platform.record r left join platform.search s on s.record_id = r.id left join lateral (select string_agg(c.text, ' ') as said from thread.comment c where c.record_id = r.id and c.struck_at is null) c on true where r.id = any (ids)
  ), w as materialized (
    select r.*, array(select distinct left(x, 40) from unnest(string_to_array(r.title, ' ')) x where x <> '') as title_words,
      array(select distinct left(x, 40) from unnest(string_to_array(r.body, ' ')) x where x <> '' limit 2000) as words,
      array(select distinct left(x, 40) from unnest(string_to_array(r.comments, ' ')) x where x <> '' limit 2000) as said_words from r
  ), noted as (
    insert into search.scope (key, label, permission, room)
      select w.keys[1], null, w.permission, w.room from w where w.is_open
      union select w.keys[cardinality(w.keys)], w.sight_id, w.permission, w.room from w where w.sight_id is not null
      union select w.said_keys[1], null, 'thread:read', w.room from w where w.is_open and w.said_words <> '{}'
      union select w.said_keys[cardinality(w.said_keys)], w.sight_id, 'thread:read', w.room from w where w.sight_id is not null and w.said_words <> '{}'
    on conflict do nothing
  ), learnt as (
    insert into search.word (room, word, forms)
      select n.room, n.word, case when search.is_spelt(n.word) then search.slips_of(n.word, n.room) || search.fours_of(n.word, n.room, 2) || search.sounds_of(n.word, n.room) else '{}' end
      from (select distinct w.room, x.word from w cross join lateral unnest(w.words || w.said_words) x (word)) n
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
      || array(select distinct hashtextextended(word, key) from unnest(w.said_keys) key cross join unnest(w.said_words) word)
    from w
  on conflict (record_id) do update set permission = excluded.permission, at = excluded.at, title_words = excluded.title_words, title_tokens = excluded.title_tokens, tokens = excluded.tokens
    where (search.record.permission, search.record.at, search.record.title_tokens, search.record.tokens) is distinct from (excluded.permission, excluded.at, excluded.title_tokens, excluded.tokens);
end $$;

-- What may be looked up of comments goes with what may be looked up of records: by the same site or wall, and not beyond it.
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
    select s.key, s.permission, s.room, s.label from search.scope s where s.label is null and s.permission = any ((select held from org) || array(select w.permission from wide w)) and s.permission <> 'thread:read'
    union all
    select s.key, s.permission, s.room, s.label from sites s where not (s.room = search.room_of(null) and s.permission in (select w.permission from wide w)) and s.permission <> 'thread:read'
  ), said as (
    select m.permission, s.key, s.room from mine m join sites s on s.permission = 'thread:read' and (s.label = m.label or (m.label is null and s.room = m.room))
    union all
    select m.permission, search.key_of(m.label, 'thread:read'), m.room from mine m where m.room = search.room_of(null) and 'thread:read' = any ((select held from org)::text[])
  )
  select m.permission, array_agg(m.key), array_agg(m.room), m.permission in (select w.permission from wide w) from (select key, permission, room from mine union all select key, permission, room from said) m group by 1;
end $$;

-- A comment that is written, changed, struck or gone changes what its record is found by.
create function search.on_comment() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare ids uuid[] := array(select distinct c.record_id from changed c);
begin
  if cardinality(ids) > 0 then perform search.keep(ids); end if;
  return null;
end $$;
revoke execute on function search.on_comment() from public;
create trigger found_by_comment_added after insert on thread.comment referencing new table as changed for each statement execute function search.on_comment();
create trigger found_by_comment_changed after update on thread.comment referencing new table as changed for each statement execute function search.on_comment();
create trigger found_by_comment_gone after delete on thread.comment referencing old table as changed for each statement execute function search.on_comment();

select search.keep(array(select distinct record_id from thread.comment));
