-- A restored system tells nothing old: it reads the ledger from where it stands now, and no ladder goes on.
update notify.cursor set xid = coalesce((select e.xid from ledger.entry e order by e.xid desc, e.id desc limit 1), '0'), id = coalesce((select e.id from ledger.entry e order by e.xid desc, e.id desc limit 1), '00000000-0000-0000-0000-000000000000');
update notify.escalation set state = 'over', ended_at = now() where state = 'running';
