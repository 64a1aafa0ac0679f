-- The edits of an incident go with it (incidents.let_go), and stay with it under a hold.
select retention.protect('incidents.fact_edit', 'incidents.incident', 'incident_id');
