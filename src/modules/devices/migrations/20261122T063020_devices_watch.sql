-- How far the watch of health has read each stream of signals; it moves in the transaction that writes what was read.
create table devices.cursor (
  stream smallint primary key,
  seq    bigint not null
);
select access.guard('devices.cursor', 'devices:watch', '{devices}');
revoke delete on devices.cursor from parapet_person, parapet_org;

-- Whether it is down because nothing was heard of it: such a one is up again with the first that is heard.
alter table devices.health add column is_silent boolean not null default false;
create index on devices.fault (type) where until is null;
