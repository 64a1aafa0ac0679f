-- Outgoing connections: which targets were asked and how they stand, and which blocks inside may be reached.
create schema net;
grant usage on schema net to parapet_login, parapet_person, parapet_org, parapet_worker;

create table net.target (
  origin     text not null check (length(origin) between 1 and 300),
  purpose    text not null check (purpose ~ '^[a-z][a-z-]{0,39}$'),
  last_at    timestamptz not null default now(),
  result     text not null check (result ~ '^[a-z-]{1,30}$'),
  status     int,
  took_ms    int not null check (took_ms >= 0),
  answered   bigint not null default 0,
  failed     bigint not null default 0,
  in_row     int not null default 0,
  breaker    text not null check (breaker in ('closed', 'half-open', 'open')),
  open_until timestamptz,
  primary key (origin, purpose)
);
alter table net.target enable row level security;
grant select on net.target to parapet_person, parapet_org;
create policy system_select on net.target for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));

-- Written by processes about their own requests; it says nothing of any record, so it is not in the ledger.
create function net.note_target(origin text, purpose text, result text, status int, took_ms int, answered int, failed int, in_row int, breaker text, open_until timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into net.target as t (origin, purpose, last_at, result, status, took_ms, answered, failed, in_row, breaker, open_until)
  values ($1, $2, now(), $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (origin, purpose) do update set last_at = excluded.last_at, result = excluded.result, status = excluded.status, took_ms = excluded.took_ms,
    answered = t.answered + excluded.answered, failed = t.failed + excluded.failed, in_row = excluded.in_row, breaker = excluded.breaker, open_until = excluded.open_until
$$;
revoke execute on function net.note_target(text, text, text, int, int, int, int, int, text, timestamptz) from public;
grant execute on function net.note_target(text, text, text, int, int, int, int, int, text, timestamptz) to parapet_login, parapet_worker;

create table net.allowance (
  id       uuid primary key,
  range    cidr not null,
  port     int check (port between 1 and 65535),
  reason   text not null check (reason <> ''),
  made_at  timestamptz not null,
  made_by  uuid not null references access.person,
  ended_at timestamptz,
  ended_by uuid references access.person,
  check ((ended_at is null) = (ended_by is null))
);
alter table net.allowance enable row level security;
grant select, insert, update on net.allowance to parapet_person, parapet_org;
-- Seen by who keeps the system anywhere, changed by who keeps all of it.
create policy system_select on net.allowance for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'platform:system')));
create policy system_insert on net.allowance for insert to parapet_person, parapet_org with check ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')));
create policy system_update on net.allowance for update to parapet_person, parapet_org using ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')))
  with check ((select access.permission()) = 'platform:system' and (select access.org_may('platform:system')));

-- What a process may reach, asked before each connection.
create function net.allowances() returns table (range text, port int) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.range::text, a.port from net.allowance a where a.ended_at is null
$$;
revoke execute on function net.allowances() from public;
grant execute on function net.allowances() to parapet_login, parapet_worker;
