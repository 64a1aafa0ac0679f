create schema identity;

create table identity.credential (
  person_id     uuid primary key references access.person,
  email         text not null unique check (email = lower(email) and email like '%_@_%'),
  password_hash text,
  changed_at    timestamptz not null default now(),
  changed_by    uuid references access.person
);

create table identity.attempt (
  key           text primary key,
  failures      int not null,
  first_at      timestamptz not null,
  blocked_until timestamptz not null
);

create table identity.organisation (
  id           uuid primary key,
  name         text not null,
  founded_at   timestamptz not null default now(),
  is_demo      boolean not null default false,
  one          boolean not null default true unique check (one)
);

grant usage on schema identity to parapet_login, parapet_person, parapet_org, parapet_intake, parapet_worker;
select access.guard('identity.credential', 'identity:authenticate', '{identity}');
create policy own_select on identity.credential for select to parapet_person, parapet_org using (person_id = (select access.me()));
create policy admin_select on identity.credential for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'identity:read')));
create policy own_update on identity.credential for update to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));
-- Who administers sign-ins sees addresses, never the hash.
revoke select on identity.credential from parapet_person, parapet_org;
grant select (person_id, email, changed_at, changed_by) on identity.credential to parapet_person, parapet_org;
create function identity.hash_for_sign_in(address text) returns table (person_id uuid, password_hash text, state text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select c.person_id, c.password_hash, p.state from identity.credential c join access.person p on p.id = c.person_id where c.email = address;
end $$;
create function identity.hash_of_own() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.password_hash from identity.credential c where c.person_id operator(pg_catalog.=) access.me()
$$;
select access.guard('identity.attempt', 'identity:authenticate', '{identity}');
select access.guard('identity.organisation', null, '{identity}');

-- The helpful administrator: a credential changed by another person takes that person out of every wall, until a member lets them in again.
create function identity.on_credential() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and access.me() is distinct from new.person_id and (new.password_hash, new.email) is distinct from (old.password_hash, old.email) then
    update access.wall_member set until = greatest(now(), since + interval '1 microsecond') where person_id = new.person_id and until > now();
  end if;
  return new;
end $$;
create trigger helpful_administrator before update on identity.credential for each row execute function identity.on_credential();

-- Does anybody exist who could sign in? Asked before anybody can.
create function identity.is_founded() returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from identity.organisation)
$$;
grant execute on function identity.is_founded() to parapet_login;
