-- What came since the last summary is read page by page at every step of the correlator: it is summarised as it grows, not when a fifth of the table is new.
drop index signals.signal_seq_idx;
create index signal_seq_idx on signals.signal using brin (seq) with (pages_per_range = 8, autosummarize = on);
drop index signals.signal_received_at_idx;
create index signal_received_at_idx on signals.signal using brin (received_at) with (pages_per_range = 8, autosummarize = on);
