-- HTTP beside the wires: a source has a key of its own, and what it sends may have a name of the sender's.
alter table signals.source drop constraint if exists source_protocol_check, drop constraint if exists source_account_check;
alter table signals.source
  add constraint source_protocol_check check (protocol in ('dc09', 'http', 'syslog', 'mqtt', 'mail')),
  add constraint source_account_check check (case protocol when 'dc09' then account ~ '^[0-9A-Za-z]{1,16}$' else account ~ '^[^[:cntrl:]]{1,255}$' end),
  -- Whom the key of the source is; with `address` the key may also stand in the address, for senders that know no header.
  add column sender_id uuid references access.person,
  add column key_in text not null default 'header' check (key_in in ('header', 'address'));
create unique index source_sender on signals.source (sender_id);
alter table signals.signal add column external_id text;
create index on signals.signal (source_ref, external_id) where external_id is not null;

-- How a source's messages are read into the taxonomy: versions that stay as they were made; a source names the one in force.
create table signals.mapping (
  id            uuid primary key,
  source_id     uuid not null references signals.source,
  number        int not null check (number > 0),
  body          jsonb not null,
  note          text not null,
  made_from     text,
  made_by       uuid not null references access.person,
  made_at       timestamptz not null default now(),
  activated_at  timestamptz,
  activated_by  uuid references access.person,
  reason        text,
  unique (source_id, number),
  unique (source_id, id)
);
create index on signals.mapping (made_by);
create index on signals.mapping (activated_by);
select access.protect_child('signals.mapping', 'signals', 'signals.source', 'source_id');
create policy intake_select on signals.mapping for select to parapet_intake, parapet_worker using (true);
grant select on signals.mapping to parapet_intake, parapet_worker;
alter table signals.source add column mapping_id uuid, add constraint source_mapping foreign key (id, mapping_id) references signals.mapping (source_id, id);

-- May the person of this transaction keep that source?
do $$ begin
  execute format($f$create function signals.keeps_source(of_source uuid) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $b$
    select (select access.permission()) = 'signals:sources' and exists (select from signals.source kept where kept.id = of_source and ((kept.wall_id is null and access.org_may('signals:sources')) or %s)) $b$ $f$, access.sight_clause('kept.sight_id', quote_literal('signals:sources')));
end $$;
-- The key of a source, which may send its signals and nothing else; the one before it ends.
create function signals.make_source_key(of_source uuid, key_id uuid, service_id uuid, token bytea) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  kept record;
begin
  if not signals.keeps_source(of_source) then raise exception 'not kept by this person' using errcode = '42501'; end if;
  select s.name, s.site_id, s.sender_id into kept from signals.source s where s.id = of_source for update;
  perform signals.end_source_key(of_source);
  insert into access.person (id, kind, name, state) values (service_id, 'service', kept.name, 'active');
  insert into access.grant (id, person_id, role_id, site_id, until, reason, granted_by) select uuidv7(), service_id, r.id, kept.site_id, 'infinity', 'Key of the source ' || kept.name, access.me() from access.role r where r.key = 'service-source';
  insert into access.session (token_hash, id, person_id, kind, label, expires_at) values (token, key_id, service_id, 'key', kept.name, 'infinity');
  update signals.source set sender_id = service_id where id = of_source;
end $$;
create function signals.end_source_key(of_source uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  former uuid;
begin
  if not signals.keeps_source(of_source) then raise exception 'not kept by this person' using errcode = '42501'; end if;
  select s.sender_id into former from signals.source s where s.id = of_source for update;
  update signals.source set sender_id = null where id = of_source;
  if former is not null then perform identity.end_key(former); end if;
end $$;
-- A key of the role Source that belongs to none yet has one of its own from its first signal on.
create function signals.make_own_source(new_id uuid) returns table (name text, site_id uuid) language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  own record;
begin
  select p.name, g.site_id into own from access.person p join access.grant g on g.person_id = p.id and g.since <= now() and g.until > now() join access.role r on r.id = g.role_id and r.key = 'service-source'
    where p.id = access.me() and p.kind = 'service' and p.state = 'active' and (select access.permission()) = 'signals:send' limit 1;
  if own is null or exists (select from signals.source s where s.sender_id = access.me()) then return; end if;
  insert into signals.source (id, protocol, account, name, site_id, sender_id) values (new_id, 'http', 'key-' || right(new_id::text, 12), own.name, own.site_id, access.me());
  return query select own.name, own.site_id;
end $$;
-- The source of the key that asks.
create function signals.own_source() returns table (id uuid, ref int, account text, site_id uuid, mapping_id uuid, key_in text) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.ref, s.account, s.site_id, s.mapping_id, s.key_in from signals.source s where s.sender_id = access.me() and s.state = 'active' and access.holds(access.me(), 'signals:send')
$$;
revoke execute on function signals.keeps_source(uuid), signals.make_source_key(uuid, uuid, uuid, bytea), signals.end_source_key(uuid), signals.make_own_source(uuid), signals.own_source() from public;
grant execute on function signals.keeps_source(uuid), signals.make_source_key(uuid, uuid, uuid, bytea), signals.end_source_key(uuid), signals.make_own_source(uuid), signals.own_source() to parapet_person, parapet_org;
