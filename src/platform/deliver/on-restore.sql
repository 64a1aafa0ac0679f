-- A restored system sends nothing old, and what was being sent then is known no more.
update deliver.delivery set state = 'dropped', reason = 'waited when the backup was made, which was restored since', ended_at = now() where state in ('queued', 'sending');
