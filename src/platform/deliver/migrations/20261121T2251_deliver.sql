-- What goes to people outside the screens: by mail, web push and webhook, each delivery with its proof.
create schema deliver;
grant usage on schema deliver to parapet_login, parapet_person, parapet_org, parapet_worker;

create table deliver.device (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  endpoint   text not null unique check (endpoint like 'https://%' and length(endpoint) <= 1000),
  p256dh     text not null check (length(p256dh) between 80 and 100),
  auth       text not null check (length(auth) between 16 and 40),
  label      text not null check (length(label) <= 200),
  made_at    timestamptz not null,
  ended_at   timestamptz,
  ended_why  text
);
create index on deliver.device (person_id) where ended_at is null;

create table deliver.webhook (
  id         uuid primary key,
  person_id  uuid not null references access.person,
  name       text not null check (name <> ''),
  url        text not null check (length(url) <= 1000),
  secret     bytea not null check (length(secret) = 32),
  made_at    timestamptz not null,
  ended_at   timestamptz,
  ended_why  text
);
create index on deliver.webhook (person_id) where ended_at is null;

-- The keys by which push services know this installation (RFC 8292): one pair, made at the first start.
create table deliver.vapid (
  one         boolean primary key default true check (one),
  public_key  text not null,
  private_key text not null,
  made_at     timestamptz not null default now()
);

create table deliver.delivery (
  id         uuid primary key default uuidv7(),
  -- What it tells is asked of the service that queued it, at the moment of sending.
  source     text not null check (source ~ '^[a-z][a-z-]*$'),
  source_id  uuid not null,
  person_id  uuid not null references access.person,
  channel    text not null check (channel in ('mail', 'push', 'webhook')),
  target_id  uuid,
  -- A word for who keeps the system; empty where it is about what stands behind a wall.
  topic      text not null default '' check (length(topic) <= 60),
  urgent     boolean not null,
  state      text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'delivered', 'dead', 'unknown', 'dropped')),
  reason     text not null default '' check (length(reason) <= 500),
  attempts   int not null default 0,
  queued_at  timestamptz not null default now(),
  next_at    timestamptz not null default now(),
  expires_at timestamptz not null,
  sent_at    timestamptz,
  ended_at   timestamptz,
  unique nulls not distinct (source, source_id, channel, target_id)
);
create index on deliver.delivery (channel, urgent desc, next_at) where state = 'queued';
create index on deliver.delivery (state) where state = 'sending';
create index on deliver.delivery (queued_at, id);
create index on deliver.delivery (person_id, channel, sent_at) where sent_at is not null;

create table deliver.attempt (
  delivery_id uuid not null references deliver.delivery,
  n           int not null,
  at          timestamptz not null,
  took_ms     int not null,
  result      text not null check (result in ('sent', 'delivered', 'failed', 'unknown')),
  detail      text not null check (length(detail) <= 500),
  primary key (delivery_id, n)
);

do $$
declare tbl text;
begin
  foreach tbl in array array['device', 'webhook', 'vapid', 'delivery', 'attempt'] loop
    execute format('alter table deliver.%I enable row level security', tbl);
    execute format('grant select, insert, update on deliver.%I to parapet_worker', tbl);
    execute format('create policy worker_all on deliver.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
  foreach tbl in array array['device', 'webhook'] loop
    execute format('grant insert, update on deliver.%I to parapet_person, parapet_org', tbl);
    execute format('create policy own on deliver.%I for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()))', tbl);
  end loop;
end $$;
grant select (id, person_id, endpoint, label, made_at, ended_at, ended_why) on deliver.device to parapet_person, parapet_org;
-- The secret is shown once, when it is made, and read by the worker alone.
grant select (id, person_id, name, url, made_at, ended_at, ended_why) on deliver.webhook to parapet_person, parapet_org;
grant select, update on deliver.delivery to parapet_person, parapet_org;
grant select on deliver.attempt to parapet_person, parapet_org;
create policy own_select on deliver.delivery for select to parapet_person, parapet_org using (person_id = (select access.me()));
create policy system_select on deliver.delivery for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));
create policy system_update on deliver.delivery for update to parapet_person, parapet_org using ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')))
  with check ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')));
create policy with_delivery_select on deliver.attempt for select to parapet_person, parapet_org using (exists (select from deliver.delivery d where d.id = delivery_id));

create function deliver.public_key() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select v.public_key from deliver.vapid v $$;
-- A device says that a message came to it; only that of its own person.
create function deliver.arrived(delivery uuid) returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
  with came as (update deliver.delivery d set state = 'delivered', ended_at = now() where d.id operator(pg_catalog.=) delivery and d.person_id operator(pg_catalog.=) access.me() and d.channel = 'push' and d.state in ('sending', 'sent', 'unknown') returning 1)
  select exists (select from came)
$$;
revoke execute on function deliver.public_key(), deliver.arrived(uuid) from public;
grant execute on function deliver.public_key(), deliver.arrived(uuid) to parapet_person, parapet_org;
