-- What stands on the plate of a device, for who prints work on it: under the reader's own sight.
create view devices.v_device_plate with (security_invoker = true) as select id, code, name, make, model, serial from devices.device;
grant select on devices.v_device_plate to parapet_person, parapet_org;
