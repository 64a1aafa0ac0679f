-- Alarms that somebody held and may not hold any more: to who may, else back to the queue. For the steward, at any label.
create function alarms.hand_over(person uuid, receiver uuid, only_lost boolean) returns table (id uuid, site_id uuid, wall_id uuid, owner_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not identity.is_steward() then raise exception 'for the steward' using errcode = '42501'; end if;
  return query
    with held as (
      select a.id, case when receiver is not null and two_person.may(receiver, a.site_id, a.wall_id, 'alarms:handle') then receiver end as next
      from alarms.alarm a where a.owner_id = person and a.handling <> 'closed' and not (only_lost and two_person.may(person, a.site_id, a.wall_id, 'alarms:handle')) for update
    ), moved as (
      update alarms.alarm a set owner_id = h.next, claimed_at = case when h.next is not null then now() end, version = a.version + 1,
        handling = case when h.next is null and a.handling = 'acknowledged' then 'unacknowledged' else a.handling end,
        acknowledged_by = case when h.next is null and a.handling = 'acknowledged' then null else a.acknowledged_by end, acknowledged_at = case when h.next is null and a.handling = 'acknowledged' then null else a.acknowledged_at end
      from held h where h.id = a.id returning a.id, a.site_id, a.wall_id, a.owner_id, a.handling
    ), headed as (
      update platform.record r set state = m.handling, updated_at = now(), version = r.version + 1 from moved m where r.id = m.id and r.state <> m.handling
    )
    select m.id, m.site_id, m.wall_id, m.owner_id from moved m;
end $$;
revoke execute on function alarms.hand_over(uuid, uuid, boolean) from public;
grant execute on function alarms.hand_over(uuid, uuid, boolean) to parapet_person, parapet_org;
