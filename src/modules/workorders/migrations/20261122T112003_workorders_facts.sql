-- What figures count: work orders that were not cancelled, nor came from what was only played.
create view workorders.v_order_fact with (security_invoker = true) as
  select w.id, w.site_id, w.priority, w.failed_at, w.fixed_at, w.due_at, w.state from workorders.workorder w where w.state <> 'cancelled' and not w.is_simulated;
grant select on workorders.v_order_fact to parapet_person, parapet_org;
