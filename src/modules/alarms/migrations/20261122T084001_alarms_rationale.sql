-- Why each type of alarm rings: cause, consequence and response as somebody wrote and another approved (ISA-18.2). One text in force and one draft a type.
create table alarms.rationale (
  id          uuid primary key,
  type        text not null check (length(type) <= 80),
  cause       text not null check (length(cause) between 1 and 1000),
  consequence text not null check (length(consequence) between 1 and 1000),
  response    text not null check (length(response) between 1 and 1000),
  -- Within how many minutes acting still prevents the consequence; with the severity it gives the priority.
  within_min  int not null check (within_min between 1 and 100000),
  severity    int not null check (severity between 1 and 4),
  owner_id    uuid not null references access.person,
  review_on   date not null,
  state       text not null check (state in ('draft', 'approved', 'replaced')),
  written_by  uuid not null references access.person,
  written_at  timestamptz not null,
  approved_by uuid references access.person,
  approved_at timestamptz,
  is_alone    boolean not null default false,
  version     int not null default 1,
  check (state = 'draft' or approved_at is not null),
  check ((approved_by is null) = (approved_at is null))
);
create unique index one_rationale_in_force on alarms.rationale (type) where state = 'approved';
create unique index one_rationale_draft on alarms.rationale (type) where state = 'draft';
create index on alarms.rationale (type, written_at desc);
select access.guard('alarms.rationale', 'alarms:read', '{alarms}');
revoke delete on alarms.rationale from parapet_person, parapet_org;

create function alarms.keep_rationale() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if old.state <> 'draft' and (old.type, old.cause, old.consequence, old.response, old.within_min, old.severity, old.owner_id, old.review_on, old.written_by) is distinct from (new.type, new.cause, new.consequence, new.response, new.within_min, new.severity, new.owner_id, new.review_on, new.written_by) then
    raise exception 'what was approved stays as it was' using errcode = '42501';
  end if;
  if old.state = 'draft' and new.state = 'approved' and (new.approved_by is distinct from access.me() or (new.approved_by = new.written_by and two_person.second_exists(null, null, null, 'alarms:rationalise'))) then
    raise exception 'who wrote it does not approve it while another may' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger keep_rationale before update on alarms.rationale for each row execute function alarms.keep_rationale();
