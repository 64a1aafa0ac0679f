-- Kept frames of an adopted account are taken in, and let go of, by the intake.
drop policy adopters_delete on signals.quarantine;
revoke delete on signals.quarantine from parapet_person, parapet_org;
