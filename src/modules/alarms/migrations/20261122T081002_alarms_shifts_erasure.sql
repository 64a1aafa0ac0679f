-- An erasure, which works as the owner of the tables, replaces a name also in what otherwise stays as it was.
create function alarms.is_erasing() returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(current_setting('parapet.retention', true), '') = 'on' and current_user not in ('parapet_person', 'parapet_org')
$$;
create or replace function alarms.keep_entry() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not alarms.is_erasing() and ((old.id, old.shift_id, old.at, old.by_id, old.words, old.about_id) is distinct from (new.id, new.shift_id, new.at, new.by_id, new.words, new.about_id) or old.struck_at is not null) then
    raise exception 'an entry of a shift log stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create or replace function alarms.keep_hand_over() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not alarms.is_erasing() and ((old.id, old.shift_id, old.proposed_at, old.notes, old.checked, old.frozen) is distinct from (new.id, new.shift_id, new.proposed_at, new.notes, new.checked, new.frozen) or old.state <> 'proposed') then
    raise exception 'what was handed over stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
create or replace function alarms.keep_shift() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not alarms.is_erasing() and (old.ended_at is not null or (old.id, old.number, old.site_id, old.person_id, old.began_at) is distinct from (new.id, new.number, new.site_id, new.person_id, new.began_at)) then
    raise exception 'a shift that has ended stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
