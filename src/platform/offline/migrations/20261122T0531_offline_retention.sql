-- That a device keeps a record goes with the record, and so it leaves the list of what the device may keep.
create function offline.go_with(records uuid[]) returns void language sql as $$ delete from offline.taken t where t.record_id = any (records) $$;
revoke execute on function offline.go_with(uuid[]) from public;
select retention.protect('offline.taken', '', 'record_id');
