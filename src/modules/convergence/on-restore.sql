-- A restored system tells nothing old, and reads the ledger on from where it stands.
update convergence.message set state = 'dropped', reason = 'waited when the backup was made, which was restored since', ended_at = now() where state = 'queued';
update convergence.cursor set (xid, id) = (select coalesce((select e.xid from ledger.entry e order by e.xid desc, e.id desc limit 1), '0'), coalesce((select e.id from ledger.entry e order by e.xid desc, e.id desc limit 1), '00000000-0000-0000-0000-000000000000'));
