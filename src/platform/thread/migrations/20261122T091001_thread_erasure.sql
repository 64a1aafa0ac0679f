-- An erasure replaces a name in a comment, whoever wrote it and whenever; it runs as the owner of the table.
create or replace function thread.keep_comment() returns trigger language plpgsql as $$
begin
  if current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then return new; end if;
  if old.struck_at is not null then raise exception 'struck already' using errcode = '42501'; end if;
  if (new.text, new.mentions) is distinct from (old.text, old.mentions) and (old.author_id is distinct from access.me() or old.at < now() - interval '15 minutes') then
    raise exception 'not to be changed any more' using errcode = '42501';
  end if;
  return new;
end $$;
