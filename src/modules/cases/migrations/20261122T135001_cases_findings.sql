-- What is alleged of whom, what has to be shown, what was found, what was lost, and how a case ends.
alter table cases.case
  add column root_cause  text not null default '' check (length(root_cause) <= 8000),
  add column outcome     text check (outcome in ('dismissal', 'warning', 'transfer', 'training', 'referral', 'recovery', 'process', 'none', 'other')),
  add column outcome_words text not null default '' check (length(outcome_words) <= 8000),
  -- Said aloud: nothing was lost. Null while nobody has said so.
  add column no_loss     boolean;

create table cases.person (
  id            uuid primary key,
  case_id       uuid not null references cases.case on delete cascade,
  role          text not null check (role in ('subject', 'complainant', 'witness', 'other')),
  person_id     uuid references access.person,
  name          text not null default '',
  details       text not null default '',
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check (person_id is not null or name <> ''),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null)),
  unique (id, case_id)
);
create index on cases.person (case_id);
select access.protect_child('cases.person', 'cases', 'cases.case', 'case_id');

create table cases.allegation (
  id            uuid primary key,
  case_id       uuid not null references cases.case on delete cascade,
  seq           int not null check (seq > 0),
  type_key      text not null check (type_key ~ '^[a-z][a-z-]{1,39}$'),
  text          text not null check (length(text) between 1 and 8000),
  subject_id    uuid,
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  finding       text check (finding in ('substantiated', 'unsubstantiated', 'inconclusive', 'unfounded')),
  finding_why   text not null default '' check (length(finding_why) <= 8000),
  found_by      uuid references access.person,
  found_at      timestamptz,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  unique (case_id, seq),
  unique (id, case_id),
  foreign key (subject_id, case_id) references cases.person (id, case_id),
  check ((finding is null) = (found_by is null) and (finding is null) = (found_at is null)),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
select access.protect_child('cases.allegation', 'cases', 'cases.case', 'case_id');

-- What has to be shown before an allegation is substantiated.
create table cases.element (
  id            uuid primary key,
  case_id       uuid not null references cases.case on delete cascade,
  allegation_id uuid not null,
  seq           int not null check (seq > 0),
  text          text not null check (length(text) between 1 and 1000),
  state         text not null default 'open' check (state in ('open', 'shown', 'not-shown')),
  note          text not null default '' check (length(note) <= 4000),
  unique (allegation_id, seq),
  foreign key (allegation_id, case_id) references cases.allegation (id, case_id) on delete cascade
);
create index on cases.element (case_id);
select access.protect_child('cases.element', 'cases', 'cases.case', 'case_id');

create table cases.loss (
  id              uuid primary key,
  case_id         uuid not null references cases.case on delete cascade,
  description     text not null check (length(description) between 1 and 500),
  -- Minor units of the currency.
  amount_minor    bigint not null check (amount_minor >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  recovered_minor bigint not null default 0 check (recovered_minor >= 0),
  is_estimate     boolean not null default false,
  added_by        uuid not null references access.person,
  added_at        timestamptz not null,
  struck_at       timestamptz,
  struck_by       uuid references access.person,
  struck_reason   text,
  check (recovered_minor <= amount_minor),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on cases.loss (case_id);
select access.protect_child('cases.loss', 'cases', 'cases.case', 'case_id');

-- A supervisor's word on what was handed in; written once.
create table cases.review (
  id      uuid primary key,
  case_id uuid not null references cases.case on delete cascade,
  verdict text not null check (verdict in ('passed', 'returned')),
  words   text not null check (length(words) between 3 and 8000),
  by_id   uuid not null references access.person,
  at      timestamptz not null
);
create index on cases.review (case_id, at);
select access.protect_child('cases.review', 'cases', 'cases.case', 'case_id');

-- Each time that a case was closed, as it stood then. It stays when the case is reopened.
create table cases.closing (
  id              uuid primary key,
  case_id         uuid not null references cases.case on delete cascade,
  closed_at       timestamptz not null,
  proposed_by     uuid not null references access.person,
  -- Null where nobody else could decide it.
  decided_by      uuid references access.person,
  findings        jsonb not null check (jsonb_typeof(findings) = 'array'),
  root_cause      text not null,
  outcome         text not null,
  reopened_at     timestamptz,
  reopened_by     uuid references access.person,
  reopened_reason text,
  check (proposed_by is distinct from decided_by),
  check ((reopened_at is null) = (reopened_by is null) and (reopened_at is null) = (reopened_reason is null))
);
create unique index on cases.closing (case_id) where reopened_at is null;
create index on cases.closing (case_id, closed_at);
select access.protect_child('cases.closing', 'cases', 'cases.case', 'case_id');

-- What was written and is over stays as it was; only an erasure, which works as the owner, changes its words.
create function cases.keep_written() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_user in ('parapet_person', 'parapet_org') and (tg_argv[0] operator(pg_catalog.=) '' or (pg_catalog.to_jsonb(old) ->> tg_argv[0]) is not null) then
    raise exception 'what was written stays as it was' using errcode = '42501';
  end if;
  return new;
end $$;
revoke execute on function cases.keep_written() from public;
create trigger keep before update on cases.review for each row execute function cases.keep_written('');
create trigger keep before update on cases.closing for each row execute function cases.keep_written('reopened_at');

-- Whom a case is about never stands in its room, whoever would let them in.
create function cases.bar_subjects(room uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  with behind as (select c.id, c.wall_id from cases.case c where c.id = room),
  subjects as (select b.wall_id, p.person_id from behind b join cases.person p on p.case_id = b.id and p.role = 'subject' and p.person_id is not null and p.struck_at is null),
  freed as (delete from access.barred x using behind b where x.wall_id = b.wall_id and not exists (select from subjects s where s.person_id = x.person_id))
  insert into access.barred (wall_id, person_id) select distinct s.wall_id, s.person_id from subjects s on conflict do nothing
$$;
create function cases.on_subject() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform cases.bar_subjects(new.case_id);
  return null;
end $$;
revoke execute on function cases.bar_subjects(uuid), cases.on_subject() from public;
create trigger bar_subjects after insert or update of role, person_id, struck_at on cases.person for each row execute function cases.on_subject();

create or replace function cases.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select c.id, c.id, c.site_id, c.opened_at, null::timestamptz, array(select c.opened_by union select c.lead_id union select p.person_id from cases.person p where p.case_id = c.id and p.person_id is not null) from cases.case c where c.id = any (ids)
$$;
select retention.protect(('cases.' || tbl)::regclass, 'cases.case', 'case_id') from unnest(array['person', 'allegation', 'element', 'loss', 'review', 'closing']) tbl;
