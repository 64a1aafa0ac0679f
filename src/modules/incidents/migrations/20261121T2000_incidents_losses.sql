-- What was lost and recovered, by currency, kept on the incident: a list of fifty shows it without asking fifty times.
alter table incidents.incident add column losses jsonb not null default '[]';

create function incidents.total_losses(incident uuid) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('currency', s.currency, 'amountMinor', s.amount, 'recoveredMinor', s.recovered) order by s.currency), '[]')
  from (
    select l.currency, pg_catalog.sum(l.amount_minor)::bigint as amount, pg_catalog.sum(l.recovered_minor)::bigint as recovered
    from incidents.loss l where l.incident_id operator(pg_catalog.=) incident and l.struck_at is null group by l.currency
  ) s
$$;

create function incidents.on_loss() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update incidents.incident set losses = incidents.total_losses(new.incident_id) where id operator(pg_catalog.=) new.incident_id;
  return null;
end $$;

revoke execute on function incidents.total_losses(uuid), incidents.on_loss() from public;
create trigger total after insert or update on incidents.loss for each row execute function incidents.on_loss();
update incidents.incident set losses = incidents.total_losses(id) where id in (select incident_id from incidents.loss);
