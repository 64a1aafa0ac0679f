revoke execute on function tasks.could_see(uuid, uuid) from public;
grant execute on function tasks.could_see(uuid, uuid) to parapet_person, parapet_org;
