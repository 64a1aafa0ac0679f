-- Tasks of who may not do them any more: to who sees the record, else to nobody, who is chosen there. For the steward, at any label.
create function tasks.hand_over(person uuid, receiver uuid, only_lost boolean) returns table (id uuid, record_id uuid, site_id uuid, wall_id uuid, read_permission text, owner_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not identity.is_steward() then raise exception 'for the steward' using errcode = '42501'; end if;
  return query
    with moved as (
      update tasks.task t set owner_id = case when receiver is not null and tasks.could_see(receiver, t.record_id) then receiver end, version = t.version + 1
      where t.owner_id = person and t.state = 'open' and not (only_lost and tasks.could_see(person, t.record_id)) returning t.id, t.record_id, t.owner_id
    )
    select m.id, m.record_id, r.site_id, r.wall_id, r.read_permission, m.owner_id from moved m join platform.record r on r.id = m.record_id;
end $$;
revoke execute on function tasks.hand_over(uuid, uuid, boolean) from public;
grant execute on function tasks.hand_over(uuid, uuid, boolean) to parapet_person, parapet_org;
