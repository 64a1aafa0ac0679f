-- Who else may say who somebody is (OpenID Connect), and whom they know by which of their own names.
create table identity.provider (
  id            uuid primary key,
  name          text not null check (name <> ''),
  -- Never another: whoever could change it would be believed in place of the one that people linked.
  issuer        text not null,
  client_id     text not null check (client_id <> ''),
  -- The client's secret, encrypted under a key of the data folder.
  sealed        bytea,
  scopes        text not null,
  -- Whether what it says counts as a second factor: never, where its token says that there was one, or always.
  second_factor text not null check (second_factor in ('ask', 'when-told', 'trusted')),
  is_on         boolean not null,
  -- What came of it when it was last asked: no change of the provider, and in no ledger.
  asked_at      timestamptz,
  asked_well    boolean,
  asked_words   text,
  made_at       timestamptz not null,
  made_by       uuid not null references access.person,
  changed_at    timestamptz not null
);
-- No secret to who is signed in: browsers are sent there with issuer and client. The client's secret is.
select access.guard('identity.provider', null, '{identity}');
revoke delete on identity.provider from parapet_person, parapet_org;
revoke select, update on identity.provider from parapet_person, parapet_org;
grant select (id, name, issuer, client_id, scopes, second_factor, is_on, asked_at, asked_well, asked_words, made_at, made_by, changed_at), update (name, client_id, sealed, scopes, second_factor, is_on, asked_at, asked_well, asked_words, changed_at) on identity.provider to parapet_person, parapet_org;
create function identity.provider_secret(provider uuid) returns bytea language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:authenticate') then raise exception 'not for you' using errcode = '42501'; end if;
  return (select p.sealed from identity.provider p where p.id = provider);
end $$;
create function identity.has_secret(provider uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:sessions') then raise exception 'not for you' using errcode = '42501'; end if;
  return (select p.sealed is not null from identity.provider p where p.id = provider);
end $$;

-- By its subject, which is the provider's own and never given to another; never by an address, which is.
create table identity.link (
  id           uuid primary key,
  provider_id  uuid not null references identity.provider,
  subject      text not null check (subject <> '' and length(subject) <= 255),
  person_id    uuid not null references access.person,
  -- What the provider called them when they were linked, so that people know it again.
  known_as     text not null default '',
  made_at      timestamptz not null,
  made_by      uuid not null references access.person,
  last_used_at timestamptz,
  unique (provider_id, subject),
  unique (provider_id, person_id)
);
create index on identity.link (person_id);
select identity.protect_factor('identity.link');
create policy admin_insert on identity.link for insert to parapet_person, parapet_org with check ((select access.permission()) = 'identity:invite' and (select access.holds((select access.me()), 'identity:invite')));
create trigger helpful_administrator after insert or delete or update of provider_id, subject, person_id on identity.link for each row execute function identity.on_factor();

-- A provider whose word counts for more than before stands in for people's own second factors, by another's hand.
create function identity.on_provider_trusted() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  counts text[] := '{ask,when-told,trusted}';
begin
  if array_position(counts, new.second_factor) > array_position(counts, old.second_factor) then
    perform identity.close_walls(l.person_id) from identity.link l where l.provider_id = new.id and l.person_id is distinct from access.me();
  end if;
  return null;
end $$;
create trigger helpful_administrator after update of second_factor on identity.provider for each row execute function identity.on_provider_trusted();

revoke execute on function identity.on_provider_trusted() from public;
revoke execute on function identity.provider_secret(uuid), identity.has_secret(uuid) from public;
grant execute on function identity.provider_secret(uuid), identity.has_secret(uuid) to parapet_person, parapet_org;
