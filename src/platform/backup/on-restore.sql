-- What was under way when this backup was made ended with the machine that it ran on.
update backup.run set state = 'failed', ended_at = now(), failure = 'The system was restored from a backup that was made meanwhile.' where state in ('waiting', 'running');
