-- Whose key it is, and on which of their grants it stands. A key is a service of its own: no key stands behind a wall.
create table identity.api_key (
  person_id uuid primary key references access.person,
  owner_id  uuid references access.person,
  grant_id  uuid references access.grant,
  made_by   uuid not null references access.person,
  made_at   timestamptz not null
);
create index on identity.api_key (owner_id);
create index on identity.api_key (grant_id);
select access.guard('identity.api_key', 'identity:sessions', '{identity}');
revoke delete on identity.api_key from parapet_person, parapet_org;
create policy own_select on identity.api_key for select to parapet_person, parapet_org using (owner_id = (select access.me()));
create policy owner_select on access.session for select to parapet_person, parapet_org
  using (kind = 'key' and exists (select from identity.api_key k where k.person_id = session.person_id and k.owner_id = (select access.me())));
create policy owner_delete on access.session for delete to parapet_person, parapet_org
  using (kind = 'key' and exists (select from identity.api_key k where k.person_id = session.person_id and k.owner_id = (select access.me())));

-- A key of one's own: of a role that one holds, there or below, and no longer than one holds it.
create function identity.make_own_key(key_id uuid, service_id uuid, token bytea, name text, role_key text, site uuid, ends timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  own record;
begin
  select g.id, g.role_id, g.until into own from access.grant g
    join access.role r on r.id = g.role_id and r.key = role_key and r.kind = 'human'
    join access.person p on p.id = g.person_id and p.kind = 'human' and p.state = 'active'
    where g.person_id = access.me() and g.since <= now() and g.until > now()
      and (g.site_id is null or exists (select from access.site top join access.site below on below.path <@ top.path where top.id = g.site_id and below.id = site))
    order by g.until desc limit 1;
  if own is null then raise exception 'not held there' using errcode = '42501'; end if;
  insert into access.person (id, kind, name, state) values (service_id, 'service', name, 'active');
  insert into access.grant (id, person_id, role_id, site_id, until, reason, granted_by) values (uuidv7(), service_id, own.role_id, site, least(ends, own.until), 'API key ' || name, access.me());
  insert into identity.api_key (person_id, owner_id, grant_id, made_by, made_at) values (service_id, access.me(), own.id, access.me(), now());
  insert into access.session (token_hash, id, person_id, kind, label, expires_at) values (token, key_id, service_id, 'key', name, least(ends, own.until));
end $$;
-- Revoked: it acts no more, and what it did keeps its name.
create function identity.end_key(service_id uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from access.session where person_id operator(pg_catalog.=) service_id;
  update access.grant set until = greatest(pg_catalog.now(), since + interval '1 microsecond') where person_id operator(pg_catalog.=) service_id and until > pg_catalog.now();
  update access.person set state = 'leaver' where id operator(pg_catalog.=) service_id and kind = 'service';
$$;
create function identity.end_own_key(key_id uuid) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  service_id uuid;
begin
  select s.person_id into service_id from access.session s join identity.api_key k on k.person_id = s.person_id and k.owner_id = access.me() where s.id = key_id and s.kind = 'key';
  if service_id is not null then perform identity.end_key(service_id); end if;
  return service_id;
end $$;

-- A key does nothing that its owner may no more: it ends with the grant that it stands on, and with its owner's own access.
create function identity.on_owner_grant() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.until <= now() then
    perform identity.end_key(k.person_id) from identity.api_key k where k.grant_id = new.id;
  else
    update access.grant g set until = new.until from identity.api_key k where k.grant_id = new.id and g.person_id = k.person_id and g.until > new.until;
    update access.session s set expires_at = new.until from identity.api_key k where k.grant_id = new.id and s.person_id = k.person_id and s.expires_at > new.until;
  end if;
  return null;
end $$;
create trigger keys_end_too after update of until on access.grant for each row when (new.until < old.until) execute function identity.on_owner_grant();
create function identity.on_owner_state() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform identity.end_key(k.person_id) from identity.api_key k where k.owner_id = new.id;
  return null;
end $$;
create trigger keys_end_too after update of state on access.person for each row when (new.state in ('suspended', 'leaver') and old.state <> new.state) execute function identity.on_owner_state();

-- The helpful administrator: a key that another person makes somebody's own.
create function identity.on_key_issued() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  person uuid := case tg_table_name when 'api_key' then new.owner_id else new.person_id end;
begin
  if person is not null and access.me() is distinct from person then
    perform identity.close_walls(person);
    perform two_person.note_touch(person);
  end if;
  return null;
end $$;
create trigger helpful_administrator after insert or update of owner_id on identity.api_key for each row execute function identity.on_key_issued();
-- No verb makes one that acts as a person; one that did would close the walls to it.
create function identity.is_human(who uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.person where id operator(pg_catalog.=) who and kind = 'human')
$$;
create function identity.on_key_of_person() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if identity.is_human(new.person_id) and access.me() is distinct from new.person_id then perform identity.close_walls(new.person_id); end if;
  return null;
end $$;
create trigger helpful_administrator after insert on access.session for each row when (new.kind = 'key') execute function identity.on_key_of_person();

-- A way back in that another person hands out, once and for a day: the walls close when it is made, since its maker could use it.
create table identity.reset_link (
  token_hash bytea primary key check (length(token_hash) = 32),
  id         uuid not null unique,
  person_id  uuid not null references access.person,
  made_by    uuid not null references access.person,
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index on identity.reset_link (person_id);
select access.guard('identity.reset_link', 'identity:authenticate', '{identity}');
revoke delete on identity.reset_link from parapet_person, parapet_org;
-- Who makes one ends those before it; nobody but the front door reads whose token it is.
revoke select on identity.reset_link from parapet_person, parapet_org;
grant select (id, person_id, made_by, made_at, expires_at, used_at) on identity.reset_link to parapet_person, parapet_org;
create policy admin_select on identity.reset_link for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'identity:invite')));
create function identity.reset_link_of(token bytea) returns table (id uuid, person_id uuid, expires_at timestamptz, used_at timestamptz) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select l.id, l.person_id, l.expires_at, l.used_at from identity.reset_link l where l.token_hash = token;
end $$;
create function identity.on_reset_link() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from new.person_id then
    perform identity.close_walls(new.person_id);
    perform two_person.note_touch(new.person_id);
  end if;
  return null;
end $$;
create trigger helpful_administrator after insert on identity.reset_link for each row execute function identity.on_reset_link();

-- Whoever takes a factor away or gives one touched that sign-in, as with a password.
create or replace function identity.on_factor() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  person uuid := case when tg_op = 'DELETE' then old.person_id else new.person_id end;
begin
  if access.me() is distinct from person then
    perform identity.close_walls(person);
    perform two_person.note_touch(person);
  end if;
  return null;
end $$;

-- What stands beside a person's password, for who administers sign-ins.
create function identity.factors_seen(person uuid) returns table (totp_since timestamptz, passkeys int, codes_left int, is_required boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:read') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select (select t.confirmed_at from identity.totp t where t.person_id = person and t.confirmed_at is not null), 0,
    (select count(*)::int from identity.recovery_code c where c.person_id = person and c.used_at is null),
    exists (select from access.grant g join identity.role_rule r on r.role_id = g.role_id and r.second_factor where g.person_id = person and g.since <= now() and g.until > now());
end $$;

revoke execute on function identity.make_own_key(uuid, uuid, bytea, text, text, uuid, timestamptz), identity.end_key(uuid), identity.end_own_key(uuid), identity.on_owner_grant(), identity.on_owner_state(), identity.on_key_issued(),
  identity.is_human(uuid), identity.on_key_of_person(), identity.reset_link_of(bytea), identity.on_reset_link(), identity.factors_seen(uuid) from public;
grant execute on function identity.make_own_key(uuid, uuid, bytea, text, text, uuid, timestamptz), identity.end_own_key(uuid), identity.reset_link_of(bytea), identity.factors_seen(uuid) to parapet_person, parapet_org;
create policy admin_select on identity.proof for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'identity:sessions')));
