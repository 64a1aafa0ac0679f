create schema incidents;
grant usage on schema incidents to parapet_login, parapet_person, parapet_org;

create table incidents.incident (
  id              uuid primary key,
  number          text not null unique,
  title           text not null check (title <> ''),
  -- Keys of the shipped classification; null until somebody has classified it.
  type_key        text,
  subtype         text,
  severity        smallint not null check (severity between 1 and 5),
  state           text not null default 'open' check (state in ('open', 'closed')),
  site_id         uuid references access.site,
  wall_id         uuid references access.wall,
  sight_id        uuid generated always as (coalesce(wall_id, site_id)) stored,
  -- When it happened, and when we knew.
  occurred_from   timestamptz not null,
  occurred_to     timestamptz,
  known_at        timestamptz not null,
  reported_by     text not null default '',
  place           text not null default '',
  narrative       text not null default '',
  -- Answers to what the field sets of its type ask, decisions on legal clocks among them; checked by the rules of the module.
  fields          jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
  -- Said aloud: nothing was lost. Null while nobody has said so.
  no_loss         boolean,
  commander_id    uuid references access.person,
  declared_by     uuid not null references access.person,
  declared_at     timestamptz not null,
  closed_by       uuid references access.person,
  closed_at       timestamptz,
  closure_reason  text,
  closure_summary text,
  log_count       int not null default 0,
  version         int not null default 1,
  check (occurred_to is null or occurred_to >= occurred_from),
  check (subtype is null or type_key is not null),
  check ((state = 'closed') = (closed_by is not null and closed_at is not null and closure_reason is not null))
) with (fillfactor = 85);
create index on incidents.incident (sight_id, state, occurred_from desc, id desc);
create index on incidents.incident (occurred_from desc, id desc);
select access.protect('incidents.incident', 'incidents', 'incidents:read');

-- The command log: written once, struck with a reason, never changed.
create table incidents.log_entry (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident,
  seq           int not null check (seq > 0),
  kind          text not null default 'note' check (kind in ('note', 'decision', 'action', 'contact')),
  text          text not null check (text <> ''),
  at            timestamptz not null,
  noted_at      timestamptz not null,
  author_id     uuid not null references access.person,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  unique (incident_id, seq),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
select access.protect_child('incidents.log_entry', 'incidents', 'incidents.incident', 'incident_id');

create table incidents.person_involved (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident,
  role          text not null check (role in ('victim', 'subject', 'witness', 'reporter')),
  person_id     uuid references access.person,
  name          text not null default '',
  injury        text check (injury in ('none', 'first aid', 'medical', 'hospital', 'death')),
  details       text not null default '',
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check (person_id is not null or name <> ''),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.person_involved (incident_id);
select access.protect_child('incidents.person_involved', 'incidents', 'incidents.incident', 'incident_id');

create table incidents.thing_involved (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident,
  kind          text not null check (kind in ('vehicle', 'item', 'document', 'data-carrier', 'weapon', 'substance', 'drone', 'organisation', 'other')),
  description   text not null check (description <> ''),
  -- Plate, serial or registration number: what it can be found by.
  identifier    text not null default '',
  role          text not null default '',
  details       text not null default '',
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.thing_involved (incident_id);
select access.protect_child('incidents.thing_involved', 'incidents', 'incidents.incident', 'incident_id');

create table incidents.loss (
  id              uuid primary key,
  incident_id     uuid not null references incidents.incident,
  kind            text not null check (kind in ('property', 'stock', 'cash', 'data', 'damage', 'response', 'interruption', 'other')),
  description     text not null check (description <> ''),
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
create index on incidents.loss (incident_id);
select access.protect_child('incidents.loss', 'incidents', 'incidents.incident', 'incident_id');

-- The changes of the record itself, for its timeline; the ledger holds the proof of each.
create table incidents.step (
  id          uuid primary key,
  incident_id uuid not null references incidents.incident,
  verb        text not null,
  at          timestamptz not null,
  person_id   uuid not null references access.person,
  was         text,
  became      text,
  reason      text not null default ''
);
create index on incidents.step (incident_id);
select access.protect_child('incidents.step', 'incidents', 'incidents.incident', 'incident_id');
