-- Intake dials cameras: through the same guarded client, with the same allowances and the same list of targets.
grant usage on schema net to parapet_intake;
grant execute on function net.allowances(), net.note_target(text, text, text, int, int, int, int, int, text, timestamptz) to parapet_intake;
