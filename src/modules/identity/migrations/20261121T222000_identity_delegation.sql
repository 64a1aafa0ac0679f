-- Nobody gives what they do not hold, nor over the whole organisation, unless two people decided it: said by the database, whichever verb asks.
alter table access.grant
  add column decision_id uuid,
  add column approved_by uuid references access.person;
-- A decision gives what it says once.
create unique index grant_of_decision on access.grant (decision_id, role_id, coalesce(site_id, '00000000-0000-0000-0000-000000000000')) where decision_id is not null;

-- Does the person of this statement hold every permission of the role, there and on all below?
create function access.covers(role smallint, site uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (select from access.role_permission r where r.role_id operator(pg_catalog.=) role and not access.may_at(site, null, r.permission))
$$;

-- The roles that a person has in force or to come, for who keeps duties apart.
create function identity.roles_held(person uuid) returns table (key text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not access.holds(access.me(), 'identity:grant') then raise exception 'not for you' using errcode = '42501'; end if;
  return query select distinct r.key from access.grant g join access.role r on r.id = g.role_id where g.person_id = person and g.until > now();
end $$;

-- Was this grant decided by two people, or by one who was alone? A decision to move somebody gives several.
create function identity.is_decided(decision uuid, person uuid, role smallint, site uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from two_person.decision d join access.role r on r.id = is_decided.role
    where d.id = is_decided.decision and d.state in ('approved', 'alone') and d.permission = 'identity:grant' and d.subject_id = is_decided.person and access.me() in (d.decided_by, d.proposed_by)
      and exists (select from jsonb_array_elements(d.payload -> 'grants') g where g ->> 'roleKey' = r.key and (g ->> 'siteId')::uuid is not distinct from is_decided.site))
$$;

create policy no_more_than_own on access.grant as restrictive for insert to parapet_person, parapet_org with check (
  -- The machine's owner, by the front door.
  (select access.holds((select access.me()), 'identity:found'))
  -- A key never does more than who made it; that of a source does what no person may.
  or ((select access.permission()) = 'identity:sessions' and exists (select from access.person p where p.id = person_id and p.kind = 'service')
      and (access.covers(role_id, site_id) or exists (select from access.role r where r.id = role_id and r.key = 'service-source')))
  or ((select access.permission()) = 'identity:grant' and exists (select from access.role r where r.id = role_id and r.kind = 'human')
      and ((decision_id is null and site_id is not null and access.covers(role_id, site_id)) or identity.is_decided(decision_id, person_id, role_id, site_id))));

-- A grant is made and ended; nothing else of it changes, and its end only comes nearer.
revoke update on access.grant from parapet_person, parapet_org;
grant update (until) on access.grant to parapet_person, parapet_org;
create function identity.on_grant_end() returns trigger language plpgsql as $$
begin
  if new.until > old.until and current_user in ('parapet_person', 'parapet_org') then raise exception 'a grant is not made longer' using errcode = '42501'; end if;
  return new;
end $$;
create trigger never_longer before update of until on access.grant for each row execute function identity.on_grant_end();

-- Two people who gave each other a way to sign in do not decide together for a day.
create function identity.on_sign_in_touched() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform two_person.note_touch(new.person_id);
  return null;
end $$;
create trigger note_touch after insert or update of email, password_hash on identity.credential for each row execute function identity.on_sign_in_touched();

revoke execute on function access.covers(smallint, uuid), identity.roles_held(uuid), identity.is_decided(uuid, uuid, smallint, uuid), identity.on_grant_end(), identity.on_sign_in_touched() from public;
grant execute on function access.covers(smallint, uuid), identity.roles_held(uuid), identity.is_decided(uuid, uuid, smallint, uuid) to parapet_person, parapet_org;
revoke execute on function two_person.note_touch(uuid) from parapet_person, parapet_org;
