-- That somebody was told of what stands behind a wall, and when, is for them alone: who keeps the system sees all other deliveries.
alter table deliver.delivery add column is_walled boolean not null default false;
update deliver.delivery set is_walled = topic = '';
alter table deliver.delivery add check (not is_walled or topic = '');
alter policy system_select on deliver.delivery using (not is_walled and (select access.holds((select access.me()), 'platform:system')));
alter policy system_update on deliver.delivery using (not is_walled and (select access.permission()) = 'platform:system' and (select access.org_may('platform:system')))
  with check (not is_walled and (select access.permission()) = 'platform:system' and (select access.org_may('platform:system')));
