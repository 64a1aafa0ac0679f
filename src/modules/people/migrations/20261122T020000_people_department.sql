alter table people.person add column department text not null default '';
