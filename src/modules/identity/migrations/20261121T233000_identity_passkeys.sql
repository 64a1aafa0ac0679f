create table identity.passkey (
  id            uuid primary key,
  person_id     uuid not null references access.person,
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  public_key    bytea not null,
  -- How often the authenticator says that it was used; 0 where it doesn't count.
  counter       bigint not null check (counter >= 0),
  transports    text[] not null default '{}',
  -- Kept by a password manager on several devices, or on one device only.
  is_synced     boolean not null,
  name          text not null check (name <> ''),
  made_at       timestamptz not null,
  last_used_at  timestamptz,
  -- Its counter went back: there is a copy of it somewhere, and neither lets in.
  suspect_at    timestamptz
);
create index on identity.passkey (person_id);
select identity.protect_factor('identity.passkey');
create trigger helpful_administrator after insert or delete or update of credential_id, public_key, person_id on identity.passkey for each row execute function identity.on_factor();

-- A suspect passkey lets in no more, and still is a second factor: else whoever copied it would have made the password enough.
drop function identity.factors_of(uuid);
create function identity.factors_of(person uuid) returns table (has_totp boolean, passkeys int, suspects int, codes_left int, is_required boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from person and not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select
    exists (select from identity.totp t where t.person_id = person and t.confirmed_at is not null),
    (select count(*)::int from identity.passkey k where k.person_id = person and k.suspect_at is null),
    (select count(*)::int from identity.passkey k where k.person_id = person and k.suspect_at is not null),
    (select count(*)::int from identity.recovery_code c where c.person_id = person and c.used_at is null),
    exists (select from access.grant g join identity.role_rule r on r.role_id = g.role_id and r.second_factor where g.person_id = person and g.since <= now() and g.until > now());
end $$;
drop function identity.factors_seen(uuid);
create function identity.factors_seen(person uuid) returns table (totp_since timestamptz, passkeys int, suspects int, codes_left int, is_required boolean) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:read') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select (select t.confirmed_at from identity.totp t where t.person_id = person and t.confirmed_at is not null),
    (select count(*)::int from identity.passkey k where k.person_id = person and k.suspect_at is null),
    (select count(*)::int from identity.passkey k where k.person_id = person and k.suspect_at is not null),
    (select count(*)::int from identity.recovery_code c where c.person_id = person and c.used_at is null),
    exists (select from access.grant g join identity.role_rule r on r.role_id = g.role_id and r.second_factor where g.person_id = person and g.since <= now() and g.until > now());
end $$;
revoke execute on function identity.factors_of(uuid), identity.factors_seen(uuid) from public;
grant execute on function identity.factors_of(uuid), identity.factors_seen(uuid) to parapet_person, parapet_org;
