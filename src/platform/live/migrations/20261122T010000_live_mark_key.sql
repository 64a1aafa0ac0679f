-- Where a reader stands in the stream of events is told sealed under this key: from its numbers they could read how much happens that they may not see.
create schema live;
grant usage on schema live to parapet_login;

create table live.mark_key (
  one boolean primary key default true check (one),
  key bytea not null check (length(key) = 32)
);
alter table live.mark_key enable row level security;
insert into live.mark_key (key) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

create function live.key_of_marks() returns bytea language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select k.key from live.mark_key k $$;
revoke execute on function live.key_of_marks() from public;
grant execute on function live.key_of_marks() to parapet_login;
