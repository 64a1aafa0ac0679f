revoke delete on alarms.cursor from parapet_person, parapet_org;
