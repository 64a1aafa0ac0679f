-- Two records have one standing link of a kind, whichever way it was drawn, also where two draw it at once.
drop index thread.link_from_id_to_id_kind_idx;
create unique index link_one_standing on thread.link (least(from_id, to_id), greatest(from_id, to_id), kind) where struck_at is null;
create index on thread.link (from_id);
