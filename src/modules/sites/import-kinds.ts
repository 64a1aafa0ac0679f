import type { ImportKind } from '#platform/imports/port.ts';
import { SITE, takeSites } from './import.service.ts';
import { SITE_KINDS } from './rules.ts';

const MOST_SITES_IN_A_FILE = 3000;

export const importKinds: readonly ImportKind[] = [{
  key: SITE, title: 'Sites', permission: 'sites:import', mostRows: MOST_SITES_IN_A_FILE,
  // The tree is planned as a whole, so its rows may stand in any order.
  atOnce: MOST_SITES_IN_A_FILE,
  columns: [
    { key: 'code', title: 'Code', help: 'Capitals, digits, and . _ - within; a site with this code is changed, else one is added', isRequired: true, also: ['site code', 'site id', 'number'] },
    { key: 'name', title: 'Name', help: 'At most 120 characters', isRequired: true, also: ['site name', 'title'] },
    { key: 'kind', title: 'Kind', help: `One of ${SITE_KINDS.join(', ')}`, also: ['type'] },
    { key: 'parent', title: 'Stands below', help: 'The code of the site above, or its id in the other system', also: ['parent code', 'parent site', 'above', 'parent_id'] },
    { key: 'time_zone', title: 'Time zone', help: 'As the IANA database names it, such as Europe/Amsterdam; else that of the site above', also: ['timezone', 'tz'] },
    { key: 'country', title: 'Country', help: 'Two capitals of ISO 3166-1', also: ['country code'] },
    { key: 'city', title: 'City', help: 'At most 200 characters', also: ['town'] },
    { key: 'address', title: 'Address', help: 'At most 200 characters', also: ['street'] },
    { key: 'latitude', title: 'Latitude', help: 'Degrees, WGS84', also: ['lat'] },
    { key: 'longitude', title: 'Longitude', help: 'Degrees, WGS84', also: ['lon', 'lng', 'long'] },
    { key: 'state', title: 'State', help: 'As it is: a file neither closes nor opens a site', also: ['status'] },
  ],
  take: takeSites,
}];
