revoke delete on identity.credential, identity.turn, identity.organisation from parapet_person, parapet_org;
grant delete on access.session, identity.attempt to parapet_person, parapet_org;

revoke execute on function identity.hash_for_sign_in(text), identity.hash_of_own(), identity.is_founded(), identity.is_within_reach(uuid), identity.on_credential() from public;
grant execute on function identity.hash_for_sign_in(text), identity.hash_of_own(), identity.is_within_reach(uuid) to parapet_person, parapet_org;

-- A first address and password by another's hand opens the account as a new one does: the walls close then, too.
create or replace function identity.on_credential() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if access.me() is distinct from new.person_id and (tg_op = 'INSERT' or (new.password_hash, new.email) is distinct from (old.password_hash, old.email)) then
    update access.wall_member set until = greatest(now(), since + interval '1 microsecond') where person_id = new.person_id and until > now();
  end if;
  return new;
end $$;
create trigger helpful_administrator_first before insert on identity.credential for each row execute function identity.on_credential();
