-- The record of a breach of personal data (GDPR Art. 33(5)): facts, effects, what was done; one an incident.
create table incidents.breach (
  id                  uuid primary key,
  incident_id         uuid not null unique references incidents.incident on delete cascade,
  nature              text not null default '',
  person_categories   text not null default '',
  -- Approximate numbers: from, to; null where they are not known.
  persons_least       bigint check (persons_least >= 0),
  persons_most        bigint check (persons_most >= persons_least),
  record_categories   text not null default '',
  records_least       bigint check (records_least >= 0),
  records_most        bigint check (records_most >= records_least),
  consequences        text not null default '',
  measures            text not null default '',
  contact             text not null default '',
  -- How likely it harms people: unlikely, likely, highly likely; null until somebody judged.
  risk                text check (risk in ('unlikely', 'risk', 'high')),
  risk_why            text not null default '',
  -- Whether the persons were told, and how; or why they were not.
  persons_told        boolean,
  persons_told_words  text not null default '',
  opened_by           uuid not null references access.person,
  opened_at           timestamptz not null,
  version             int not null default 1,
  check ((persons_least is null) = (persons_most is null)),
  check ((records_least is null) = (records_most is null))
);
select access.protect_child('incidents.breach', 'incidents', 'incidents.incident', 'incident_id');
select retention.protect('incidents.breach', 'incidents.incident', 'incident_id');

-- A notice that was given: to whom, when, by whom, under which reference; struck with a reason, never changed.
create table incidents.breach_notice (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  clock         text not null check (clock in ('gdpr-authority', 'uk-gdpr', 'gdpr-persons')),
  recipient     text not null check (recipient <> ''),
  reference     text not null check (reference <> ''),
  given_at      timestamptz not null,
  -- Art. 33(4): more follows.
  is_partial    boolean not null default false,
  -- Art. 33(1): why it came later than 72 hours.
  late_why      text not null default '',
  given_by      uuid not null references access.person,
  noted_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.breach_notice (incident_id);
select access.protect_child('incidents.breach_notice', 'incidents', 'incidents.incident', 'incident_id');
select retention.protect('incidents.breach_notice', 'incidents.incident', 'incident_id');
