create schema notices;
grant usage on schema notices to parapet_login, parapet_person, parapet_org, parapet_worker;

-- One mass notification. It stands at a site or is the organisation's, never behind a wall: whoever it goes to reads its text and nothing else.
create table notices.notice (
  -- Made by who sends it, so that the same twice is one.
  id             uuid primary key,
  number         text not null unique,
  title          text not null check (title <> '' and length(title) <= 120),
  site_id        uuid references access.site,
  wall_id        uuid references access.wall check (wall_id is null),
  sight_id       uuid generated always as (coalesce(wall_id, site_id)) stored,
  template_key   text not null default '',
  audience       jsonb not null,
  texts          jsonb not null,
  channels       text[] not null check (channels <@ array['app', 'push', 'mail', 'sms', 'room'] and cardinality(channels) > 0),
  pace           text not null check (pace in ('together', 'in-turn')),
  turn_s         int not null check (turn_s between 10 and 3600),
  question       text not null check (question in ('none', 'safety', 'received')),
  -- Comes through the quiet hours of people; said why, and recorded.
  over_quiet_why text not null default '' check (length(over_quiet_why) <= 500),
  is_life_safety boolean not null default false,
  size           int not null check (size >= 0),
  state          text not null check (state in ('waiting', 'sending', 'sent', 'recalled', 'lapsed')),
  decision_id    uuid,
  made_at        timestamptz not null,
  made_by        uuid not null references access.person,
  released_at    timestamptz,
  answers_until  timestamptz not null,
  ended_at       timestamptz,
  recalled_at    timestamptz,
  recalled_by    uuid references access.person,
  recall_why     text not null default '' check (length(recall_why) <= 500),
  version        int not null default 1,
  check (state not in ('sending', 'sent') or released_at is not null),
  check (state not in ('waiting', 'lapsed') or released_at is null),
  check ((state = 'recalled') = (recalled_at is not null) and (recalled_at is null) = (recalled_by is null))
);
create index on notices.notice (sight_id, made_at desc, id desc);
create index on notices.notice (made_at desc, id desc);
create index on notices.notice (id) where ended_at is null;
create index on notices.notice (ended_at) where ended_at is not null;
select access.protect('notices.notice', 'notices', 'notices:read');

-- A person to whom it goes, and what they answered. The link's code is kept as its hash alone.
create table notices.recipient (
  id          uuid primary key,
  notice_id   uuid not null references notices.notice,
  person_id   uuid not null references access.person,
  language    text check (language in ('en', 'de')),
  code_hash   bytea not null unique check (length(code_hash) = 32),
  seen_at     timestamptz,
  answer      text check (answer in ('safe', 'help', 'unaffected', 'received')),
  note        text not null default '' check (length(note) <= 500),
  answered_at timestamptz,
  answered_by text check (answered_by in ('link', 'app')),
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null))
);
create unique index on notices.recipient (notice_id, person_id);
create index on notices.recipient (person_id);
select access.protect_child('notices.recipient', 'notices', 'notices.notice', 'notice_id');

-- Where SMS and rooms of a chat are reached. Address and token are sealed: who has the address of a room may write into it.
create table notices.gateway (
  id          uuid primary key,
  kind        text not null check (kind in ('sms', 'teams', 'slack')),
  name        text not null check (name <> '' and length(name) <= 80),
  origin      text not null check (length(origin) <= 300),
  address     bytea not null,
  token       bytea,
  sender      text not null default '' check (length(sender) <= 40),
  per_minute  int not null check (per_minute between 1 and 6000),
  price_minor int check (price_minor between 0 and 100000),
  currency    text check (currency ~ '^[A-Z]{3}$'),
  state       text not null default 'active' check (state in ('active', 'ended')),
  made_at     timestamptz not null,
  made_by     uuid not null references access.person,
  ended_at    timestamptz,
  check ((state = 'ended') = (ended_at is not null)),
  check ((price_minor is null) = (currency is null))
);
-- One way for SMS at a time.
create unique index on notices.gateway (kind) where kind = 'sms' and state = 'active';

-- One message by one channel, with its proof. It is marked before it leaves, so that whatever ends the worker between, nobody is told twice.
create table notices.send (
  id           uuid primary key default uuidv7(),
  notice_id    uuid not null references notices.notice,
  -- A room of a chat has none.
  recipient_id uuid references notices.recipient,
  channel      text not null check (channel in ('app', 'push', 'mail', 'sms', 'room')),
  gateway_id   uuid references notices.gateway,
  turn         int not null default 0,
  -- handed: in the queue of mail and push · unknown: cut off between leaving and its answer, and not sent again
  state        text not null check (state in ('queued', 'handed', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'recalled', 'skipped')),
  reason       text not null default '' check (length(reason) <= 300),
  attempts     int not null default 0,
  next_at      timestamptz,
  not_before   timestamptz,
  sent_at      timestamptz,
  ended_at     timestamptz,
  outside_id   text check (length(outside_id) <= 200),
  unique nulls not distinct (notice_id, recipient_id, channel, gateway_id)
);
create index on notices.send (channel, next_at, id) where state = 'queued' and next_at is not null;
create index on notices.send (state) where state in ('handed', 'sending');
create index on notices.send (recipient_id);
create index on notices.send (gateway_id, outside_id) where outside_id is not null;
select access.protect_child('notices.send', 'notices', 'notices.notice', 'notice_id');

-- Each time a message was handed to a gateway, with what came of it.
create table notices.attempt (
  send_id   uuid not null references notices.send,
  n         int not null,
  notice_id uuid not null references notices.notice,
  at        timestamptz not null,
  took_ms   int not null,
  result    text not null check (result in ('sent', 'delivered', 'failed', 'unknown')),
  detail    text not null check (length(detail) <= 300),
  primary key (send_id, n)
);
create index on notices.attempt (notice_id);
select access.protect_child('notices.attempt', 'notices', 'notices.notice', 'notice_id');

-- Words for what is sent often; every organisation changes them.
create table notices.template (
  key            text primary key check (key ~ '^[a-z][a-z-]{1,40}$'),
  title          text not null check (title <> '' and length(title) <= 120),
  texts          jsonb not null,
  question       text not null check (question in ('none', 'safety', 'received')),
  -- Sent unchanged in danger to life it waits for nobody.
  is_life_safety boolean not null,
  version        int not null default 1
);
select access.guard('notices.template', 'notices:read', '{notices}');
revoke delete on notices.template from parapet_person, parapet_org;

create table notices.setting (
  one          boolean primary key default true check (one),
  -- More people than this, or everybody of a place, is decided by two.
  approve_over int not null default 50 check (approve_over between 1 and 100000),
  answer_hours int not null default 48 check (answer_hours between 1 and 720),
  version      int not null default 1
);
insert into notices.setting default values;
select access.guard('notices.setting', 'notices:read', '{notices}');
revoke delete on notices.setting from parapet_person, parapet_org;

-- In which language somebody wishes to be told; without a row they get what there is in both.
create table notices.tongue (
  person_id uuid primary key references access.person,
  language  text not null check (language in ('en', 'de'))
);
alter table notices.tongue enable row level security;
grant select, insert, update on notices.tongue to parapet_person, parapet_org;
create policy own on notices.tongue for all to parapet_person, parapet_org using (person_id = (select access.me())) with check (person_id = (select access.me()));

-- Where SMS goes and how is for who keeps the channels; that there is one is for who prepares a notice. Address and token are the worker's alone.
alter table notices.gateway enable row level security;
grant select (id, kind, name, origin, sender, per_minute, price_minor, currency, state, made_at, made_by, ended_at), insert, update on notices.gateway to parapet_person, parapet_org;
create policy kept_select on notices.gateway for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'notices:channels')) or (select access.holds((select access.me()), 'notices:read')));
create policy kept_insert on notices.gateway for insert to parapet_person, parapet_org with check ((select access.permission()) = 'notices:channels' and (select access.org_may('notices:channels')));
create policy kept_update on notices.gateway for update to parapet_person, parapet_org using ((select access.permission()) = 'notices:channels' and (select access.org_may('notices:channels'))) with check ((select access.permission()) = 'notices:channels' and (select access.org_may('notices:channels')));

do $$
declare tbl text;
begin
  foreach tbl in array array['notice', 'recipient', 'gateway', 'send', 'attempt', 'setting'] loop
    execute format('grant select on notices.%I to parapet_worker', tbl);
    execute format('create policy worker_all on notices.%I for all to parapet_worker using (true) with check (true)', tbl);
  end loop;
end $$;
grant update on notices.send to parapet_worker;
grant insert on notices.attempt to parapet_worker;

-- Whom a notice would go to: everybody whose home is at the place or below it, whoever holds one of these roles for it, and these people.
create function notices.audience(place uuid, everyone boolean, roles text[], people uuid[]) returns table (person_id uuid) language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with top as (select s.path from access.site s where s.id = place), asked as (
    select p.id from people.person p left join access.site s on s.id = p.site_id where everyone and (place is null or exists (select from top where s.path <@ top.path))
    union
    select g.person_id from access.grant g join access.role r on r.id = g.role_id left join access.site s on s.id = g.site_id
    where r.key = any (roles) and r.kind = 'human' and g.since <= now() and g.until > now() and (place is null or g.site_id is null or exists (select from top where s.path <@ top.path or s.path @> top.path))
    union
    select unnest(people)
  )
  select a.id from access.person a join asked on asked.id = a.id
  where a.kind = 'human' and a.state in ('active', 'invited') and access.may_at(place, null, 'notices:prepare')
$$;
-- Addresses, for the worker alone. A number is dialled in its international form or not at all.
create function notices.mail_of(person uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select c.email from identity.credential c where c.person_id = person), (select p.email from people.person p where p.id = person))
$$;
create function notices.phone_of(person uuid) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select n.number from people.person p cross join lateral (select regexp_replace(p.phone, '[\s().\-/]', '', 'g') as number) n where p.id = person and n.number ~ '^\+[1-9][0-9]{6,14}$'
$$;
-- By what each can be reached, without the addresses themselves. `quiet` are the hours in which they wish for nothing.
create function notices.reach(people uuid[]) returns table (person_id uuid, name text, language text, app boolean, push boolean, mail boolean, sms boolean, quiet jsonb) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select a.id, a.name, t.language, a.state = 'active', a.state = 'active' and exists (select from deliver.device d where d.person_id = a.id and d.ended_at is null),
    notices.mail_of(a.id) is not null, notices.phone_of(a.id) is not null,
    case when w.zone is not null then jsonb_build_object('zone', w.zone, 'fromMinute', w.from_minute, 'toMinute', w.to_minute) end
  from access.person a left join notices.tongue t on t.person_id = a.id left join notify.wish w on w.person_id = a.id
  where a.id = any (people) and access.holds(access.me(), 'notices:prepare')
$$;
-- What somebody was sent, for them: by the code of their link, or as who they are. Nothing of who else was, or why.
create function notices.told(code bytea, person uuid, notice uuid) returns table (
  recipient_id uuid, notice_id uuid, number text, site_id uuid, person_id uuid, title text, texts jsonb, language text, question text, at timestamptz, until timestamptz, is_recalled boolean, seen_at timestamptz, answer text, note text, answered_at timestamptz
) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select r.id, n.id, n.number, n.site_id, r.person_id, n.title, n.texts, r.language, n.question, n.released_at, n.answers_until, n.state = 'recalled', r.seen_at, r.answer, r.note, r.answered_at
  from notices.recipient r join notices.notice n on n.id = r.notice_id
  where n.released_at is not null and (r.code_hash = code or (code is null and r.person_id = person and person = access.me() and (notice is null or n.id = notice)))
  order by n.released_at desc limit 100
$$;
-- Notes that they read it, and what they answered; the last word counts.
create function notices.answered(recipient uuid, said text, words text, way text, moment timestamptz) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  update notices.recipient r set seen_at = coalesce(r.seen_at, moment), answer = coalesce(said, r.answer), note = case when said is null then r.note else words end,
    answered_at = case when said is null then r.answered_at else moment end, answered_by = case when said is null then r.answered_by else way end
  where r.id = recipient and ((way = 'app' and r.person_id = access.me()) or (way = 'link' and access.holds(access.me(), 'notices:answer')))
$$;
-- A gateway says what became of a message; only upwards, and only of its own.
create function notices.receipt(gateway uuid, sent uuid, result text, detail text, moment timestamptz) returns boolean language sql security definer set search_path = pg_catalog, pg_temp as $$
  with came as (
    update notices.send s set state = result, reason = detail, ended_at = moment where s.id = sent and s.gateway_id = gateway and s.state in ('sending', 'sent', 'unknown') and result in ('delivered', 'failed') and access.holds(access.me(), 'notices:answer') returning s.id, s.notice_id, s.attempts
  ), noted as (
    insert into notices.attempt (send_id, n, notice_id, at, took_ms, result, detail) select id, 1000 + attempts, notice_id, moment, 0, result, 'said by the provider: ' || detail from came on conflict do nothing
  )
  select exists (select from came)
$$;
revoke execute on function notices.audience(uuid, boolean, text[], uuid[]), notices.reach(uuid[]), notices.mail_of(uuid), notices.phone_of(uuid), notices.told(bytea, uuid, uuid), notices.answered(uuid, text, text, text, timestamptz), notices.receipt(uuid, uuid, text, text, timestamptz) from public;
grant execute on function notices.audience(uuid, boolean, text[], uuid[]), notices.reach(uuid[]), notices.told(bytea, uuid, uuid), notices.answered(uuid, text, text, text, timestamptz), notices.receipt(uuid, uuid, text, text, timestamptz) to parapet_person, parapet_org;
grant execute on function notices.mail_of(uuid), notices.phone_of(uuid) to parapet_worker;

-- Under retention and legal holds.
create function notices.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select n.id, n.id, n.ended_at from notices.notice n where n.ended_at <= before and (among is null or n.id = any (among)) order by n.ended_at, n.id limit most
$$;
create function notices.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select n.id, n.id, n.site_id, n.made_at, null::timestamptz, array_remove(array[n.made_by, n.recalled_by], null) || array(select r.person_id from notices.recipient r where r.notice_id = n.id) from notices.notice n where n.id = any (ids)
$$;
create function notices.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from notices.attempt where notice_id = any (ids);
  delete from notices.send where notice_id = any (ids);
  delete from notices.recipient where notice_id = any (ids);
  delete from notices.notice where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function notices.let_go(uuid[]) from public;
select retention.protect('notices.notice', 'notices.notice', 'id');
select retention.protect(('notices.' || tbl)::regclass, 'notices.notice', 'notice_id') from unnest(array['recipient', 'send', 'attempt']) tbl;
