-- How far each witness of the ledger's heads has been told, and what keeps it from being told more.
create schema witness;
grant usage on schema witness to parapet_login, parapet_person, parapet_org, parapet_worker;

create table witness.standing (
  target        text,
  -- A folder is of one machine; what all nodes send to together has no node.
  node          text,
  kind          text not null check (kind in ('folder', 'syslog', 'mail')),
  -- Leaves of the newest head that it was told; 0 for none yet.
  sent_size     bigint not null default 0 check (sent_size >= 0),
  sent_at       timestamptz,
  tried_at      timestamptz not null,
  failing_since timestamptz,
  error         text,
  primary key (target, node),
  check ((failing_since is null) = (error is null))
);
alter table witness.standing enable row level security;
grant select on witness.standing to parapet_person, parapet_org;
create policy reader_select on witness.standing for select to parapet_person, parapet_org using ((select access.holds((select access.me()), 'ledger:read')));
grant select, insert, update on witness.standing to parapet_worker;
create policy process on witness.standing for all to parapet_worker using (true) with check (true);
