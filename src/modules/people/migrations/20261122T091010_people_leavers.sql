-- People who left: after their time the register forgets them as an erasure does. The row stays, for what refers to it, under
-- a number; what a schedule or a hold keeps stays, and then its name with it, until it goes: looked at again every 30 days.
create function people.due_to_go(before timestamptz, among uuid[], most int) returns table (id uuid, record_id uuid, at timestamptz) language sql stable as $$
  select p.id, p.id, t.at from access.person p join identity.turn t on t.person_id = p.id and t.state = 'leaver'
  where p.state = 'leaver' and p.kind = 'human' and t.at <= before and (among is null or p.id = any (among))
    and not exists (select from subjects.erased e where e.person_id = p.id and (e.is_whole or e.at > now() - interval '30 days'))
  order by t.at, p.id limit most
$$;
create function people.held_facts(ids uuid[]) returns table (id uuid, record_id uuid, site_id uuid, at timestamptz, till timestamptz, people uuid[]) language sql stable as $$
  select p.id, p.id, null::uuid, p.created_at, null::timestamptz, array[p.id] from access.person p where p.id = any (ids)
$$;
-- Answers under which number each is kept, for the proof.
create function people.let_go(ids uuid[]) returns text language plpgsql as $$
declare
  who uuid;
  proofs text[] := '{}';
  approver uuid := (select r.approved_by from retention.run r where r.state = 'running' order by r.approved_at desc limit 1);
begin
  foreach who in array ids loop
    proofs := proofs || format('{"number":%s}', subjects.carry_out(who, subjects.known(who), '{}', '{}', null, coalesce(approver, who)));
  end loop;
  return array_to_string(proofs, ',');
end $$;
revoke execute on function people.let_go(uuid[]) from public;
