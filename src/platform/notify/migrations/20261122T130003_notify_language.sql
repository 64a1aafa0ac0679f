-- In which language what leaves for a person is said; English where they said nothing.
alter table notify.wish add column language text check (language in ('en', 'de'));
