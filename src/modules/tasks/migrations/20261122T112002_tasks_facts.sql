-- What figures count: tasks with an end in view on records that stand in the open; the dropped ones are not due any more.
create view tasks.v_task_fact with (security_invoker = true) as
  select t.id, t.title, t.record_id, r.kind as record_kind, r.site_id, t.due_at, t.state, t.ended_at
  from tasks.task t join platform.record r on r.id = t.record_id where r.wall_id is null and t.due_at is not null and t.state <> 'dropped';
grant select on tasks.v_task_fact to parapet_person, parapet_org;
create index if not exists task_due_at on tasks.task (due_at) where due_at is not null;
