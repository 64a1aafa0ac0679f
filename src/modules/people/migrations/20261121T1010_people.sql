create schema people;
create table people.person (
  id         uuid primary key references access.person,
  email      text,
  phone      text,
  title      text not null default '',
  employer   text not null default '',
  site_id    uuid references access.site,
  time_zone  text
);
grant usage on schema people to parapet_login, parapet_person, parapet_org;
select access.guard('people.person', 'people:read', '{people}');
