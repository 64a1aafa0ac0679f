-- Second factors, a sign-in that is under way, and what a session has proven of who sits there.

-- One's own: read and changed by oneself, checked and spent by the front door, seen by who administers sign-ins, and taken
-- away by who may reset a password.
create function identity.protect_factor(tbl regclass) returns void language plpgsql as $$
declare
  door text := '(select access.holds((select access.me()), ''identity:authenticate''))';
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('grant select, insert, update, delete on %s to parapet_person, parapet_org', tbl);
  execute format('create policy own on %s for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()))', tbl);
  execute format('create policy door_select on %s for select to parapet_person, parapet_org using (%s)', tbl, door);
  execute format('create policy door_update on %s for update to parapet_person, parapet_org using (%s) with check (%s)', tbl, door, door);
  execute format('create policy admin_select on %s for select to parapet_person, parapet_org using ((select access.holds((select access.me()), ''identity:read'')))', tbl);
  execute format('create policy admin_delete on %s for delete to parapet_person, parapet_org using ((select access.permission()) = ''identity:invite'' and (select access.holds((select access.me()), ''identity:invite'')))', tbl);
end $$;
revoke execute on function identity.protect_factor(regclass) from public;

create table identity.totp (
  id           uuid primary key,
  person_id    uuid not null references access.person,
  -- Encrypted under a key of the data folder.
  sealed       bytea not null,
  made_at      timestamptz not null,
  confirmed_at timestamptz,
  -- The newest step of which a code was taken: none fits twice.
  last_step    bigint not null default 0
);
-- One in force, and one that is being set up.
create unique index on identity.totp (person_id, (confirmed_at is not null));
select identity.protect_factor('identity.totp');
revoke select on identity.totp from parapet_person, parapet_org;
grant select (id, person_id, made_at, confirmed_at, last_step) on identity.totp to parapet_person, parapet_org;
create function identity.totp_of(person uuid, in_force boolean) returns table (id uuid, sealed bytea, last_step bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from person and not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select t.id, t.sealed, t.last_step from identity.totp t where t.person_id = person and (t.confirmed_at is not null) = in_force;
end $$;

create table identity.recovery_code (
  person_id uuid not null references access.person,
  hash      bytea not null check (length(hash) = 32),
  made_at   timestamptz not null,
  used_at   timestamptz,
  primary key (person_id, hash)
);
select identity.protect_factor('identity.recovery_code');

-- For which roles a second factor is required.
create table identity.role_rule (
  role_id       smallint primary key references access.role,
  second_factor boolean not null,
  set_at        timestamptz not null,
  set_by        uuid not null references access.person
);
select access.guard('identity.role_rule', null, '{identity}');
revoke delete on identity.role_rule from parapet_person, parapet_org;

create function identity.factors_of(person uuid) returns table (has_totp boolean, passkeys int, codes_left int, is_required boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from person and not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select
    exists (select from identity.totp t where t.person_id = person and t.confirmed_at is not null),
    0,
    (select count(*)::int from identity.recovery_code c where c.person_id = person and c.used_at is null),
    exists (select from access.grant g join identity.role_rule r on r.role_id = g.role_id and r.second_factor where g.person_id = person and g.since <= now() and g.until > now());
end $$;

-- What was begun and must come back to the same browser: a password that was right and waits for its second factor.
create table identity.ceremony (
  token_hash bytea primary key check (length(token_hash) = 32),
  id         uuid not null unique,
  kind       text not null check (kind in ('second-factor', 'passkey', 'oidc')),
  person_id  uuid references access.person,
  state      jsonb not null,
  made_at    timestamptz not null,
  expires_at timestamptz not null
);
create index on identity.ceremony (expires_at);
select access.guard('identity.ceremony', 'identity:authenticate', '{identity}');
grant delete on identity.ceremony to parapet_person, parapet_org;

create table identity.proof (
  session_id       uuid primary key references access.session (id) on delete cascade,
  person_id        uuid not null references access.person,
  -- With what the session was opened, and with what and when its person last proved to sit there.
  opened_with      text[] not null,
  confirmed_at     timestamptz not null,
  second_factor_at timestamptz
);
select access.guard('identity.proof', 'identity:authenticate', '{identity}');
create policy own_select on identity.proof for select to parapet_person, parapet_org using (person_id = (select access.me()));

-- The helpful administrator: whoever is put outside stays there until a member lets them in again; each wall is told, and
-- nobody else. Told by the database, since who changed the sign-in must not learn which walls there are.
create table identity.suspension (
  wall_id   uuid not null references access.wall,
  person_id uuid not null references access.person,
  part_id   smallint not null references access.role,
  at        timestamptz not null,
  by_id     uuid references access.person,
  primary key (wall_id, person_id)
);
alter table identity.suspension enable row level security;
grant select on identity.suspension to parapet_person, parapet_org;
create policy behind_select on identity.suspension for select to parapet_person, parapet_org
  using (exists (select from access.sight s where s.person_id = (select access.me()) and s.label = wall_id and s.since <= now() and s.until > now()));

create function identity.close_walls(person uuid) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  m record;
begin
  for m in
    update access.wall_member w set until = greatest(now(), w.since + interval '1 microsecond') where w.person_id = person and w.until > now() returning w.wall_id, w.part_id
  loop
    insert into identity.suspension (wall_id, person_id, part_id, at, by_id) values (m.wall_id, person, m.part_id, now(), access.me())
      on conflict (wall_id, person_id) do update set part_id = excluded.part_id, at = excluded.at, by_id = excluded.by_id;
    -- Whoever works on the database as its owner is nobody here, and the ledger knows no such actor.
    continue when access.me() is null;
    insert into ledger.entry (actor, verb, record_id, site_id, wall_id, body)
      select access.me(), 'identity.membership-suspended', r.id, r.site_id, r.wall_id, format('{"after":{"id":%s,"part":%s}}', to_json(person::text), to_json((select key from access.role where id = m.part_id)))
      from platform.record r where r.wall_id = m.wall_id;
    insert into platform.outbox (topic, record_id, site_id, wall_id, read_permission)
      select 'identity.membership-suspended', r.id, r.site_id, r.wall_id, r.read_permission from platform.record r where r.wall_id = m.wall_id;
  end loop;
end $$;

create or replace function identity.on_credential() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from new.person_id and (tg_op = 'INSERT' or (new.password_hash, new.email) is distinct from (old.password_hash, old.email)) then
    perform identity.close_walls(new.person_id);
  end if;
  return new;
end $$;

-- A factor that another person gives or takes away. What the front door writes of its use is no change of it.
create function identity.on_factor() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  person uuid := case when tg_op = 'DELETE' then old.person_id else new.person_id end;
begin
  if access.me() is distinct from person then perform identity.close_walls(person); end if;
  return null;
end $$;
create trigger helpful_administrator after insert or delete or update of sealed, confirmed_at, person_id on identity.totp for each row execute function identity.on_factor();
create trigger helpful_administrator after insert or delete or update of hash, person_id on identity.recovery_code for each row execute function identity.on_factor();

-- Whoever is let in again, by whomever and with whatever part, is suspended no more.
create function identity.on_admitted() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from identity.suspension s where s.wall_id = new.wall_id and s.person_id = new.person_id;
  return null;
end $$;
create trigger suspended_no_more after insert or update on access.wall_member for each row when (new.until > now()) execute function identity.on_admitted();

revoke execute on function identity.totp_of(uuid, boolean), identity.factors_of(uuid), identity.close_walls(uuid), identity.on_factor(), identity.on_admitted() from public;
grant execute on function identity.totp_of(uuid, boolean), identity.factors_of(uuid) to parapet_person, parapet_org;
