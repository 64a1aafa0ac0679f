-- Incidents that somebody leads and may not lead any more: to who may write there, else to nobody yet. For the steward, at any label.
create function incidents.hand_over(person uuid, receiver uuid, only_lost boolean) returns table (id uuid, site_id uuid, wall_id uuid, commander_id uuid) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  if not identity.is_steward() then raise exception 'for the steward' using errcode = '42501'; end if;
  return query
    with moved as (
      update incidents.incident i set commander_id = case when receiver is not null and two_person.may(receiver, i.site_id, i.wall_id, 'incidents:write') then receiver end, version = i.version + 1
      where i.commander_id = person and i.state = 'open' and not (only_lost and two_person.may(person, i.site_id, i.wall_id, 'incidents:write')) returning i.id, i.site_id, i.wall_id, i.commander_id
    ), noted as (
      insert into incidents.step (id, incident_id, verb, at, person_id, was, became)
        select uuidv7(), m.id, 'assigned', now(), access.me(), (select p.name from access.person p where p.id = person), (select p.name from access.person p where p.id = m.commander_id) from moved m
    )
    select m.id, m.site_id, m.wall_id, m.commander_id from moved m;
end $$;
revoke execute on function incidents.hand_over(uuid, uuid, boolean) from public;
grant execute on function incidents.hand_over(uuid, uuid, boolean) to parapet_person, parapet_org;

-- Whom an incident is about never stands behind its wall, whoever would let them in.
create function incidents.bar_subjects(incident uuid) returns void language sql security definer set search_path = pg_catalog, pg_temp as $$
  with behind as (select i.id, i.wall_id from incidents.incident i where i.id = incident and i.wall_id is not null),
  subjects as (select b.wall_id, p.person_id from behind b join incidents.person_involved p on p.incident_id = b.id and p.role = 'subject' and p.person_id is not null and p.struck_at is null),
  freed as (delete from access.barred x using behind b where x.wall_id = b.wall_id and not exists (select from subjects s where s.person_id = x.person_id))
  insert into access.barred (wall_id, person_id) select distinct s.wall_id, s.person_id from subjects s on conflict do nothing
$$;
create function incidents.on_subject() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform incidents.bar_subjects(coalesce((to_jsonb(new) ->> 'incident_id')::uuid, new.id));
  return null;
end $$;
create trigger bar_subjects after insert or update of role, person_id, struck_at on incidents.person_involved for each row execute function incidents.on_subject();
create trigger bar_subjects after insert or update of wall_id on incidents.incident for each row when (new.wall_id is not null) execute function incidents.on_subject();
select incidents.bar_subjects(i.id) from incidents.incident i where i.wall_id is not null;
revoke execute on function incidents.bar_subjects(uuid), incidents.on_subject() from public;
