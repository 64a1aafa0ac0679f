-- What a signal can touch is open at its own point: the correlator asks for that, not for all that is open of a source.
create index open_at_point on alarms.alarm (source_id, (coalesce(point, ''))) where handling <> 'closed';
