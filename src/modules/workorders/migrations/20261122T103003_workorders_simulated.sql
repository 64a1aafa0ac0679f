-- What came from a simulated alarm or incident did not break: shown so, and counted in no figure. Those from before are known by how their record is called.
alter table workorders.workorder add column is_simulated boolean not null default false;
update workorders.workorder w set is_simulated = true
  where exists (select from platform.link l join platform.record r on r.id = l.from_id where l.to_id = w.id and l.kind = 'became' and r.title like 'Simulated: %');
