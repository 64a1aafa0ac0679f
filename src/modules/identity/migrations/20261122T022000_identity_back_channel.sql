-- Which sessions a provider of single sign-on opened, and what it calls them, so that it can end them (OpenID Connect Back-Channel Logout 1.0).
create table identity.provider_session (
  session_id  uuid primary key references access.session (id) on delete cascade,
  provider_id uuid not null references identity.provider,
  subject     text not null check (subject <> '' and length(subject) <= 255),
  -- The provider's own name of its session, where it has one.
  sid         text check (length(sid) <= 255)
);
create index on identity.provider_session (provider_id, subject);
select access.guard('identity.provider_session', 'identity:authenticate', '{identity}');
revoke update, delete on identity.provider_session from parapet_person, parapet_org;
