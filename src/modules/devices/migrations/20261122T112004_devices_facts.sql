-- What figures count: devices in use, with the end of the time for which their maker supports them, and the points by which they are known.
create view devices.v_device_life with (security_invoker = true) as select d.id, d.site_id, d.kind, d.end_of_life_on from devices.device d where d.state = 'active';
create view devices.v_point with (security_invoker = true) as select p.device_id, p.source_id, p.point, p.since, p.until from devices.point p;
grant select on devices.v_device_life, devices.v_point to parapet_person, parapet_org;
