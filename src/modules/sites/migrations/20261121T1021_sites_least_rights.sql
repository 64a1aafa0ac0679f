revoke execute on function sites.on_made(), sites.on_moved(), sites.check_state(), sites.codes_taken(text[]) from public;
grant execute on function sites.codes_taken(text[]) to parapet_person, parapet_org;
