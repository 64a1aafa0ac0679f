-- Comments and links go with their record, and stay with it.
create function thread.go_with(records uuid[]) returns void language sql as $$
  delete from thread.comment c where c.record_id = any (records);
  delete from thread.link l where l.from_id = any (records) or l.to_id = any (records);
$$;
create function thread.people_with(records uuid[]) returns table (record_id uuid, person_id uuid) language sql stable as $$
  select c.record_id, p from thread.comment c cross join unnest(c.author_id || c.mentions) p where c.record_id = any (records)
$$;
revoke execute on function thread.go_with(uuid[]) from public;
select retention.protect('thread.comment', '', 'record_id');
select retention.protect('thread.link', '', 'from_id');
create trigger legal_hold_other_end before delete on thread.link for each row execute function retention.refuse_held('', 'to_id');
alter table thread.link enable always trigger legal_hold_other_end;
