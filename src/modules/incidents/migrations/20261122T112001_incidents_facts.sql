-- What figures count: neither walled nor simulated incidents. It is classified from when it first had a type.
create view incidents.v_incident_fact with (security_invoker = true) as
  select i.id, i.number, i.title, i.site_id, i.type_key, i.severity, i.state, i.occurred_from, i.known_at, i.closed_at,
    case when i.type_key is not null then coalesce((select min(s.at) from incidents.step s where s.incident_id = i.id and s.verb = 'classified' and s.was is null), i.declared_at) end as classified_at
  from incidents.incident i where i.wall_id is null and not i.is_simulated;
grant select on incidents.v_incident_fact to parapet_person, parapet_org;
create index if not exists incident_known_at on incidents.incident (known_at);
