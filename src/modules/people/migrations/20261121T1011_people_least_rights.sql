revoke execute on function people.keep_register() from public;
