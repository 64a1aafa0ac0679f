-- What an hour costs, by what gives it; the one in force is the newest that began by then, so that what is past keeps its rate.
create table incidents.hourly_rate (
  id          uuid primary key,
  what        text not null check (what in ('holder', 'person', 'team', 'vehicle', 'equipment')),
  -- Empty: whoever has no rate of their own.
  agency      text not null default '' check (length(agency) <= 120),
  rate_minor  bigint not null check (rate_minor >= 0),
  currency    text not null check (currency ~ '^[A-Z]{3}$'),
  valid_from  timestamptz not null,
  set_by      uuid not null references access.person,
  set_at      timestamptz not null,
  struck_at   timestamptz,
  struck_by   uuid references access.person,
  check ((struck_at is null) = (struck_by is null))
);
create index on incidents.hourly_rate (what, agency, valid_from desc);
select access.guard('incidents.hourly_rate', 'incidents:cost', array['incidents']);
revoke delete on incidents.hourly_rate from parapet_person, parapet_org;

-- What an incident cost beside its losses: hours that nobody measured, bills, what stands instead of measured hours.
create table incidents.cost_line (
  id            uuid primary key,
  incident_id   uuid not null references incidents.incident on delete cascade,
  kind          text not null check (kind in ('hours', 'service', 'material', 'travel', 'penalty', 'other')),
  description   text not null check (description <> ''),
  reference     text not null default '',
  minutes       int check (minutes > 0),
  rate_minor    bigint check (rate_minor >= 0),
  amount_minor  bigint not null check (amount_minor >= 0),
  currency      text not null check (currency ~ '^[A-Z]{3}$'),
  is_estimate   boolean not null default false,
  -- The measured hours of this card, or of who held this position, are in this line.
  instead_of_card   uuid references incidents.resource on delete set null,
  instead_of_holder uuid references incidents.position_holder on delete set null,
  added_by      uuid not null references access.person,
  added_at      timestamptz not null,
  struck_at     timestamptz,
  struck_by     uuid references access.person,
  struck_reason text,
  check ((kind = 'hours') = (minutes is not null) and (minutes is null) = (rate_minor is null)),
  check (minutes is null or amount_minor = round(minutes * rate_minor / 60.0)),
  check (instead_of_card is null or instead_of_holder is null),
  check ((struck_at is null) = (struck_by is null) and (struck_at is null) = (struck_reason is null))
);
create index on incidents.cost_line (incident_id);
create unique index on incidents.cost_line (instead_of_card) where struck_at is null and instead_of_card is not null;
create unique index on incidents.cost_line (instead_of_holder) where struck_at is null and instead_of_holder is not null;
select access.protect_child('incidents.cost_line', 'incidents', 'incidents.incident', 'incident_id', '{"instead_of_card": "incidents.resource", "instead_of_holder": "incidents.position_holder"}');
select retention.protect('incidents.cost_line', 'incidents.incident', 'incident_id');
