create schema desk;
grant usage on schema desk to parapet_login, parapet_person, parapet_org;

-- A briefing or board pack: sections by its author, frozen at a cut-off, issued when another approved it.
create table desk.pack (
  id          uuid primary key,
  number      text not null unique,
  title       text not null check (title <> ''),
  kind        text not null check (kind in ('board', 'briefing')),
  site_id     uuid references access.site,
  wall_id     uuid references access.wall check (wall_id is null),
  sight_id    uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- The month or quarter of whose figures it speaks (metrics.cutoff).
  cutoff_id   uuid not null,
  state       text not null default 'draft' check (state in ('draft', 'frozen', 'issued')),
  -- What it is made of, in order, as the author laid it out.
  sections    jsonb not null check (jsonb_typeof(sections) = 'array'),
  -- The same filled in when it was frozen, and the hash over it.
  content     jsonb,
  digest      bytea check (length(digest) = 32),
  made_by     uuid not null references access.person,
  made_at     timestamptz not null,
  frozen_by   uuid references access.person,
  frozen_at   timestamptz,
  proposed_by uuid references access.person,
  approved_by uuid references access.person,
  issued_at   timestamptz,
  version     int not null default 1,
  check ((state = 'draft') = (content is null) and (content is null) = (digest is null) and (content is null) = (frozen_at is null) and (content is null) = (frozen_by is null)),
  check ((state = 'issued') = (issued_at is not null) and (issued_at is null) = (proposed_by is null)),
  check (approved_by is null or approved_by <> proposed_by)
);
create index on desk.pack (made_at desc, id desc);
create index on desk.pack (sight_id);
select access.protect('desk.pack', 'desk', 'desk:read');
-- What is not issued is for who writes packs.
create policy unissued on desk.pack as restrictive for select to parapet_person, parapet_org using (state = 'issued' or (select access.holds((select access.me()), 'desk:write')));

-- What was decided when it was spoken of, and what follows: an action is a task on the pack. Struck with a reason, never removed.
create table desk.pack_line (
  id         uuid primary key,
  pack_id    uuid not null references desk.pack,
  kind       text not null check (kind in ('decision', 'action')),
  text       text not null check (text <> ''),
  task_id    uuid check ((kind = 'action') = (task_id is not null)),
  added_by   uuid not null references access.person,
  added_at   timestamptz not null,
  struck_at  timestamptz,
  struck_by  uuid references access.person,
  struck_why text not null default '',
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_why = ''))
);
create index on desk.pack_line (pack_id, added_at);
select access.protect_child('desk.pack_line', 'desk', 'desk.pack', 'pack_id');

-- What was issued stays as it was approved; only erasing a name changes its words.
create function desk.stays_issued() returns trigger language plpgsql as $$
begin
  if current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then return new; end if;
  raise exception 'this pack is issued' using errcode = '23514';
end $$;
create trigger stays_issued before update on desk.pack for each row when (old.state = 'issued') execute function desk.stays_issued();
