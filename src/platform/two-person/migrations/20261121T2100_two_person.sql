-- Decisions that one person proposes and another approves. Both hold the permission at the label; the database says so again.
create schema two_person;
grant usage on schema two_person to parapet_login, parapet_person, parapet_org;

create table two_person.decision (
  id          uuid primary key,
  -- `<module>.<what>`: a module registers what it means and what its approval does.
  kind        text not null,
  state       text not null check (state in ('waiting', 'approved', 'alone', 'refused', 'withdrawn', 'expired')),
  permission  text not null,
  site_id     uuid references access.site,
  wall_id     uuid references access.wall,
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  record_id   uuid not null,
  subject_id  uuid references access.person,
  -- The same twice while the first waits is one proposal.
  same_as     text not null,
  payload     jsonb not null check (jsonb_typeof(payload) = 'object'),
  -- What a person reads to decide: names of what the payload names by id.
  facts       jsonb not null check (jsonb_typeof(facts) = 'object'),
  reason      text not null,
  proposed_by uuid not null references access.person,
  proposed_at timestamptz not null,
  expires_at  timestamptz not null check (expires_at > proposed_at),
  decided_by  uuid references access.person,
  decided_at  timestamptz,
  decided_why text not null default '',
  reviewed_by uuid references access.person,
  reviewed_at timestamptz,
  review      text check (review in ('confirmed', 'objected')),
  review_why  text not null default '',
  check (subject_id is distinct from proposed_by),
  check ((state = 'waiting') = (decided_at is null)),
  check (state not in ('approved', 'refused') or (decided_by <> proposed_by and decided_by is distinct from subject_id)),
  check (state not in ('alone', 'withdrawn') or decided_by = proposed_by),
  check (review is null or (state = 'alone' and reviewed_by <> proposed_by and reviewed_by is distinct from subject_id and reviewed_at is not null))
);
create unique index one_waiting on two_person.decision (kind, same_as) where state = 'waiting';
create index on two_person.decision (state, proposed_at desc, id desc);
create index on two_person.decision (proposed_by, proposed_at desc, id desc);

-- Who gave whom a way to sign in, or changed it: for a day neither is the other's second person.
create table two_person.touched (
  person_id uuid not null references access.person,
  by_id     uuid not null references access.person,
  at        timestamptz not null default now(),
  primary key (person_id, by_id)
);
alter table two_person.touched enable row level security;
create function two_person.note_touch(person uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into two_person.touched (person_id, by_id) select person, access.me() where access.me() is distinct from person and access.me() is not null
  on conflict (person_id, by_id) do update set at = now()
$$;

-- When somebody last ceased to be active: who stops the others is not alone at once.
create table two_person.stopped (
  person_id uuid primary key references access.person,
  at        timestamptz not null default now()
);
alter table two_person.stopped enable row level security;
create function two_person.on_state() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into two_person.stopped (person_id) values (new.id) on conflict (person_id) do update set at = now();
  return null;
end $$;
create trigger note_stop after update of state on access.person for each row when (old.state = 'active' and new.state <> 'active') execute function two_person.on_state();

-- May this person, a human who is active, do this to a record with these labels?
create function two_person.may(person uuid, site uuid, wall uuid, wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from access.person p where p.id = person and p.kind = 'human' and p.state = 'active') and (
    (wall is null and exists (
      select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = wanted
      where g.person_id = person and g.site_id is null and g.since <= now() and g.until > now()))
    or exists (
      select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = wanted
      where s.person_id = person and s.label = coalesce(wall, site) and s.since <= now() and s.until > now()))
$$;

-- Neither gave the other a way to sign in, or changed it, within a day.
create function two_person.are_independent(one uuid, other uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select not exists (select from two_person.touched t where t.at > now() - interval '1 day' and ((t.person_id = one and t.by_id = other) or (t.person_id = other and t.by_id = one)))
$$;

-- Is there somebody else who could decide with the person of this statement, or was there within a day? Whoever they made
-- themselves within that day does not count: else a first administrator would wait for their own hand.
create function two_person.second_exists(subject uuid, site uuid, wall uuid, wanted text) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (
    select from access.person p
    where p.kind = 'human' and p.id <> access.me() and p.id is distinct from subject
      and (p.state = 'active' or exists (select from two_person.stopped s where s.person_id = p.id and s.at > now() - interval '1 day'))
      and not (p.created_at > now() - interval '1 day' and exists (select from two_person.touched t where t.person_id = p.id and t.by_id = access.me()))
      and (
        (wall is null and exists (
          select from access.grant g join access.role_permission r on r.role_id = g.role_id and r.permission = wanted
          where g.person_id = p.id and g.since <= now() and g.until > now() - interval '1 day'
            and (g.site_id is null or exists (select from access.site top join access.site own on own.path <@ top.path where top.id = g.site_id and own.id = site))))
        or (wall is not null and exists (
          select from access.wall_member m join access.role_permission r on r.role_id = m.part_id and r.permission = wanted
          where m.person_id = p.id and m.wall_id = wall and m.since <= now() and m.until > now() - interval '1 day'))))
$$;
revoke execute on function two_person.note_touch(uuid), two_person.on_state(), two_person.may(uuid, uuid, uuid, text), two_person.are_independent(uuid, uuid), two_person.second_exists(uuid, uuid, uuid, text) from public;
grant execute on function two_person.note_touch(uuid), two_person.may(uuid, uuid, uuid, text), two_person.are_independent(uuid, uuid), two_person.second_exists(uuid, uuid, uuid, text) to parapet_person, parapet_org;

-- Seen by who proposed it and by who may decide it, never by whom it is about.
alter table two_person.decision enable row level security;
grant select, insert, update (state, decided_by, decided_at, decided_why, reviewed_by, reviewed_at, review, review_why) on two_person.decision to parapet_person, parapet_org;
do $$
declare
  sees text := 'exists (select from access.sight s join access.role_permission r on r.role_id = s.role_id and r.permission = decision.permission where s.person_id = (select access.me()) and s.label = sight_id and s.since <= now() and s.until > now())';
  org text := '(wall_id is null and permission = any ((select access.org_permissions())::text[])) or ' || sees;
  other text := 'proposed_by <> (select access.me()) and subject_id is distinct from (select access.me())';
  under text := 'permission = (select access.permission())';
begin
  execute format('create policy own_select on two_person.decision for select to parapet_person, parapet_org using (proposed_by = (select access.me()))');
  execute format('create policy person_select on two_person.decision for select to parapet_person using (subject_id is distinct from (select access.me()) and %s)', sees);
  execute format('create policy org_select on two_person.decision for select to parapet_org using (subject_id is distinct from (select access.me()) and (%s))', org);
  execute format('create policy propose on two_person.decision for insert to parapet_person, parapet_org with check (%s and proposed_by = (select access.me()) and two_person.may(proposed_by, site_id, wall_id, permission)
    and (state = ''waiting'' or (state = ''alone'' and not two_person.second_exists(subject_id, site_id, wall_id, permission))))', under);
  execute format('create policy decide on two_person.decision for update to parapet_person, parapet_org using (state = ''waiting'' and %s and %s)
    with check (state in (''approved'', ''refused'') and decided_by = (select access.me()) and review is null and %s and %s and expires_at > now() and two_person.may(decided_by, site_id, wall_id, permission)
      and (state = ''refused'' or (two_person.may(proposed_by, site_id, wall_id, permission) and two_person.are_independent(decided_by, proposed_by))))', other, under, other, under);
  execute 'create policy withdraw on two_person.decision for update to parapet_person, parapet_org using (state = ''waiting'' and proposed_by = (select access.me())) with check (state = ''withdrawn'' and decided_by = (select access.me()) and proposed_by = (select access.me()) and review is null)';
  execute format('create policy review on two_person.decision for update to parapet_person, parapet_org using (state = ''alone'' and review is null and %s and %s)
    with check (state = ''alone'' and reviewed_by = (select access.me()) and %s and %s and two_person.may(reviewed_by, site_id, wall_id, permission))', other, under, other, under);
end $$;
-- That time ran out is nobody's decision; the steward finds all of them, at any label.
create policy steward_select on two_person.decision for select to parapet_person, parapet_org using ((select access.permission()) = 'platform:expire' and (select access.holds((select access.me()), 'platform:expire')));
create policy expire on two_person.decision for update to parapet_person, parapet_org
  using (state = 'waiting' and expires_at <= now() and (proposed_by = (select access.me()) or permission = (select access.permission()) or ((select access.permission()) = 'platform:expire' and (select access.holds((select access.me()), 'platform:expire')))))
  with check (state = 'expired' and decided_by is null and expires_at <= now() and review is null);
