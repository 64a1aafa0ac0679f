-- Incidents under retention and legal holds: when their time runs, who stands in them, and how one goes.
create index on incidents.incident (closed_at) where state = 'closed';
create function incidents.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select i.id, i.id, i.closed_at from incidents.incident i where i.state = 'closed' and i.closed_at <= before and (among is null or i.id = any (among)) order by i.closed_at, i.id limit most
$$;
create function incidents.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select i.id, i.id, i.site_id, i.occurred_from, null::timestamptz, array(
    select i.declared_by union select i.commander_id where i.commander_id is not null union select i.closed_by where i.closed_by is not null
    union select p.person_id from incidents.person_involved p where p.incident_id = i.id and p.person_id is not null
    union select l.author_id from incidents.log_entry l where l.incident_id = i.id)
  from incidents.incident i where i.id = any (ids)
$$;
create function incidents.let_go(ids uuid[]) returns text language plpgsql as $$
begin
  delete from incidents.log_entry where incident_id = any (ids);
  delete from incidents.person_involved where incident_id = any (ids);
  delete from incidents.thing_involved where incident_id = any (ids);
  delete from incidents.loss where incident_id = any (ids);
  delete from incidents.step where incident_id = any (ids);
  delete from incidents.fact_edit where incident_id = any (ids);
  delete from incidents.incident where id = any (ids);
  perform retention.let_records_go(ids);
  return null;
end $$;
revoke execute on function incidents.let_go(uuid[]) from public;
select retention.protect('incidents.incident', 'incidents.incident', 'id');
select retention.protect(('incidents.' || tbl)::regclass, 'incidents.incident', 'incident_id') from unnest(array['log_entry', 'person_involved', 'thing_involved', 'loss', 'step']) tbl;
