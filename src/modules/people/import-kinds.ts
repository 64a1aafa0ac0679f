import type { ImportKind } from '#platform/imports/port.ts';
import { PERSON, takePeople } from './import.service.ts';

export const importKinds: readonly ImportKind[] = [{
  key: PERSON, title: 'People', permission: 'people:write', mostRows: 50_000, atOnce: 100,
  columns: [
    { key: 'name', title: 'Name', help: 'At most 120 characters', isRequired: true, also: ['full name', 'display name', 'employee name'] },
    { key: 'email', title: 'E-mail', help: 'Who has it already is changed, where the row has no id of the other system', also: ['mail', 'e-mail address', 'email address', 'work email'] },
    { key: 'phone', title: 'Telephone', help: 'With the country first: +31 30 123 4567', also: ['phone number', 'mobile', 'tel'] },
    { key: 'title', title: 'Title', help: 'What they do here', also: ['job title', 'position', 'function', 'role'] },
    { key: 'department', title: 'Department', help: 'Where they are in the company', also: ['dept', 'department name'] },
    { key: 'employer', title: 'Employer', help: 'The firm, where it is another', also: ['company', 'organisation', 'organization'] },
    { key: 'site', title: 'Home site', help: 'Its code, or its id in the other system', also: ['home site', 'location', 'site code', 'building'] },
  ],
  columnOf: { siteId: 'site' },
  take: takePeople,
}];
