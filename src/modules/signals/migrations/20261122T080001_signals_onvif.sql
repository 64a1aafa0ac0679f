-- Cameras: a source is the address of a device service, with a name and password that are sealed like a panel's key.
alter table signals.source drop constraint source_protocol_check;
alter table signals.source add constraint source_protocol_check check (protocol in ('dc09', 'http', 'syslog', 'mqtt', 'mail', 'onvif'));
