-- What people say about records of any kind, and which of them they say belong together.
create schema thread;

-- A comment hangs on a record and is seen by whoever sees that record.
create table thread.comment (
  id            uuid primary key,
  record_id     uuid not null references platform.record,
  text          text not null check (text <> '' and length(text) <= 4000),
  -- Who is named in the text, and told: people who saw the record when it was written.
  mentions      uuid[] not null default '{}' check (cardinality(mentions) <= 20),
  author_id     uuid not null references access.person,
  at            timestamptz not null,
  edited_at     timestamptz,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  version       int not null default 1,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on thread.comment (record_id, at, id);

-- A link joins two records; who sees both sees it, from either end.
create table thread.link (
  id            uuid primary key,
  from_id       uuid not null references platform.record,
  to_id         uuid not null references platform.record,
  kind          text not null check (kind in ('relates-to', 'caused-by', 'duplicate-of', 'follows', 'part-of')),
  drawn_by      uuid not null references access.person,
  drawn_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check (from_id <> to_id),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create unique index on thread.link (from_id, to_id, kind) where struck_at is null;
create index on thread.link (to_id);

grant usage on schema thread to parapet_login, parapet_person, parapet_org;
select access.protect_child('thread.comment', 'thread', 'platform.record', 'record_id');
revoke update on thread.comment from parapet_person, parapet_org;
grant update (text, mentions, edited_at, struck_at, struck_by, struck_reason, version) on thread.comment to parapet_person, parapet_org;
create policy own_name on thread.comment as restrictive for insert to parapet_person, parapet_org with check (author_id = (select access.me()));

-- Words are their author's to change, for a quarter of an hour; a struck comment stays as it is.
create function thread.keep_comment() returns trigger language plpgsql as $$
begin
  if old.struck_at is not null then raise exception 'struck already' using errcode = '42501'; end if;
  if (new.text, new.mentions) is distinct from (old.text, old.mentions) and (old.author_id is distinct from access.me() or old.at < now() - interval '15 minutes') then
    raise exception 'not to be changed any more' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep_comment before update on thread.comment for each row execute function thread.keep_comment();

-- Drawn by who sees both ends and may write at the first; struck by who may write at either.
alter table thread.link enable row level security;
grant select, insert on thread.link to parapet_person, parapet_org;
grant update (struck_at, struck_by, struck_reason) on thread.link to parapet_person, parapet_org;
do $$
declare
  own text := 'starts_with((select access.permission()), ''thread:'')';
  ends text := 'exists (select from platform.record r where r.id = from_id) and exists (select from platform.record r where r.id = to_id)';
  writes text := 'exists (select from platform.record r where r.id = %s and ((r.wall_id is null and (select access.org_may((select access.permission())))) or ' || access.sight_clause('r.sight_id', '(select access.permission())') || '))';
begin
  execute format('create policy both_select on thread.link for select to parapet_person, parapet_org using (%s)', ends);
  execute format('create policy both_insert on thread.link for insert to parapet_person, parapet_org with check (%s and drawn_by = (select access.me()) and %s and %s)', own, ends, format(writes, 'from_id'));
  execute format('create policy both_update on thread.link for update to parapet_person, parapet_org using (%s and %s and (%s or %s))', own, ends, format(writes, 'from_id'), format(writes, 'to_id'));
end $$;

-- People who see a record, by name: whom a comment may mention. Answers only who sees it too.
create function thread.seers(record uuid, among uuid[], words text, most int) returns table (id uuid, name text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with r as materialized (
    select r.sight_id, r.wall_id, r.read_permission from platform.record r where r.id operator(pg_catalog.=) seers.record and (
      (r.wall_id is null and r.read_permission operator(pg_catalog.=) any ((select access.org_permissions())::text[]))
      or exists (select from access.sight s join access.role_permission rp on rp.role_id operator(pg_catalog.=) s.role_id and rp.permission operator(pg_catalog.=) r.read_permission
                 where s.person_id operator(pg_catalog.=) access.me() and s.label operator(pg_catalog.=) r.sight_id and s.since <= pg_catalog.now() and s.until > pg_catalog.now()))
  )
  select p.id, p.name from r join access.person p on p.state = 'active' and p.kind = 'human'
  where (seers.among is null or p.id operator(pg_catalog.=) any (seers.among)) and pg_catalog.strpos(pg_catalog.lower(p.name), pg_catalog.lower(seers.words)) > 0 and (
    (r.wall_id is null and exists (
      select from access.grant g join access.role_permission rp on rp.role_id operator(pg_catalog.=) g.role_id and rp.permission operator(pg_catalog.=) r.read_permission
      where g.person_id operator(pg_catalog.=) p.id and g.site_id is null and g.since <= pg_catalog.now() and g.until > pg_catalog.now()))
    or exists (
      select from access.sight s join access.role_permission rp on rp.role_id operator(pg_catalog.=) s.role_id and rp.permission operator(pg_catalog.=) r.read_permission
      where s.person_id operator(pg_catalog.=) p.id and s.label operator(pg_catalog.=) r.sight_id and s.since <= pg_catalog.now() and s.until > pg_catalog.now()))
  order by p.name, p.id limit seers.most
$$;
revoke execute on function thread.seers(uuid, uuid[], text, int) from public;
grant execute on function thread.seers(uuid, uuid[], text, int) to parapet_person, parapet_org;
