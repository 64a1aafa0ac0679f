-- Beside DC-09: syslog, whose senders are known by host or address; MQTT, by a filter of topics; mail, by a secret address; HTTP.
alter table signals.source drop constraint source_protocol_check, drop constraint source_account_check;
alter table signals.source
  add constraint source_protocol_check check (protocol in ('dc09', 'http', 'syslog', 'mqtt', 'mail')),
  add constraint source_account_check check (case protocol when 'dc09' then account ~ '^[0-9A-Za-z]{1,16}$' else account ~ '^[^[:cntrl:]]{1,255}$' end);
alter table signals.quarantine add column protocol text not null default 'dc09';

-- How many messages a source never sent us, by the numbers that it gives them itself.
alter table signals.heard add column missing bigint not null default 0, add column missing_at timestamptz;
