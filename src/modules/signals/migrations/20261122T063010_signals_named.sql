-- What other modules' lists may say of a source: under the reader's own sight.
create view signals.v_source with (security_invoker = true) as select id, protocol, account, name, site_id, state from signals.source;
grant select on signals.v_source to parapet_person, parapet_org;
