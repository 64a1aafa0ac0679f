-- What an import said of a record, and by which outside id it is known, goes with the record.
create index on imports.outcome (record_id) where record_id is not null;
create function imports.go_with(records uuid[]) returns void language sql as $$
  delete from imports.outcome o where o.record_id = any (records);
  delete from imports.known k where k.record_id = any (records);
$$;
revoke execute on function imports.go_with(uuid[]) from public;
