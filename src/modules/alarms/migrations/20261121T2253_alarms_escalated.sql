-- When the supervisor was told that nobody took an alarm in time. What is late already today is not told now.
alter table alarms.alarm add column escalated_at timestamptz;
update alarms.alarm set escalated_at = now() where escalate_at <= now() and handling = 'unacknowledged';
create index alarm_escalation on alarms.alarm (escalate_at) where handling = 'unacknowledged' and escalated_at is null and escalate_at is not null;
