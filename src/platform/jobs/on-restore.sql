-- Nothing that was under way when the backup was made goes on after a restore.
update jobs.job set state = 'stopped', error = 'It was under way when the backup was made, which was restored since. Start it again.', ended_at = now() where state in ('queued', 'running');
delete from jobs.runner;
