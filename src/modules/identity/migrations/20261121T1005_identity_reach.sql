-- Why a person is in the state they are in, for who administers sign-ins.
create table identity.turn (
  person_id uuid primary key references access.person,
  state     text not null check (state in ('active', 'suspended', 'leaver')),
  reason    text not null,
  at        timestamptz not null,
  by_id     uuid not null references access.person
);
select access.guard('identity.turn', 'identity:read', '{identity}');

-- Rights are given, made into keys and ended only as far as the giver's own reach: the organisation, or a site and all below it.
create policy within_reach on access.grant as restrictive for insert to parapet_person, parapet_org
  with check (access.may_at(site_id, null, (select access.permission())));
create policy within_reach_update on access.grant as restrictive for update to parapet_person, parapet_org
  using (access.may_at(site_id, null, (select access.permission()))) with check (access.may_at(site_id, null, (select access.permission())));

-- Does this person hold nothing beyond the reach of who acts? Else a keeper of one site could take over who keeps them all.
create function identity.is_within_reach(person uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (
    select from access.grant g where g.person_id operator(pg_catalog.=) person and g.until > pg_catalog.now() and not access.may_at(g.site_id, null, access.permission()))
$$;
