-- How often something must be heard of a source, link tests too; since when it is watched so; and since when it is silent.
alter table signals.source
  add column supervise_s   int check (supervise_s between 20 and 604800),
  add column supervised_at timestamptz,
  add constraint supervision_is_dated check ((supervise_s is null) = (supervised_at is null));
alter table signals.heard add column silent_since timestamptz;
create index on signals.source (ref) where supervise_s is not null;
create index on signals.heard (source_ref) where silent_since is not null;
