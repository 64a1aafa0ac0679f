import type { ImportKind } from '#platform/imports/port.ts';
import { DEVICE, takeDevices } from './import.service.ts';
import { DEVICE_KINDS } from './rules.ts';

export const importKinds: readonly ImportKind[] = [{
  key: DEVICE, title: 'Devices', permission: 'devices:register', mostRows: 100_000, atOnce: 200,
  columns: [
    { key: 'site', title: 'Site', help: 'Its code, or its id in the other system', isRequired: true, also: ['site code', 'location', 'building'] },
    { key: 'code', title: 'Code', help: 'As on its label; a device of that site with this code is changed, else one is added', isRequired: true, also: ['device code', 'asset', 'asset tag', 'tag', 'number', 'device id'] },
    { key: 'name', title: 'Name', help: 'At most 120 characters', isRequired: true, also: ['device name', 'title', 'description'] },
    { key: 'kind', title: 'Kind', help: `One of ${DEVICE_KINDS.join(', ')}`, isRequired: true, also: ['type', 'device type', 'category'] },
    { key: 'make', title: 'Make', help: 'At most 200 characters', also: ['manufacturer', 'brand', 'vendor'] },
    { key: 'model', title: 'Model', help: 'At most 200 characters', also: ['model number', 'product'] },
    { key: 'serial', title: 'Serial number', help: 'At most 200 characters', also: ['serial', 'serial no', 's/n'] },
    { key: 'firmware', title: 'Firmware', help: 'The version that runs on it', also: ['firmware version', 'software', 'version'] },
    { key: 'address', title: 'Address', help: 'On the network or on the bus', also: ['ip', 'ip address', 'host', 'hostname'] },
    { key: 'installer', title: 'Installer', help: 'The firm that put it in', also: ['installed by', 'contractor', 'integrator'] },
    { key: 'note', title: 'Note', help: 'At most 2,000 characters', also: ['notes', 'remarks', 'comment'] },
    { key: 'installed_on', title: 'Installed', help: 'A day, like 2026-11-21', also: ['install date', 'installed', 'commissioned'] },
    { key: 'warranty_until', title: 'Warranty until', help: 'A day', also: ['warranty', 'warranty end', 'warranty expires'] },
    { key: 'end_of_life_on', title: 'End of life', help: 'A day', also: ['eol', 'end of life', 'replace by'] },
    { key: 'certificate_until', title: 'Certificate until', help: 'A day', also: ['certificate', 'certificate expires', 'cert expiry'] },
    { key: 'expected_every_s', title: 'Heard every (s)', help: 'It is down when nothing was heard of it for so many seconds; from 60', also: ['heartbeat', 'poll interval', 'supervision'] },
    { key: 'behind', title: 'Stands behind', help: 'Code of the switch, supply or panel that it needs, at the same site, or its id in the other system; it stands in an earlier row or is there already', also: ['parent', 'depends on', 'switch', 'panel', 'uplink'] },
    { key: 'points', title: 'Points', help: 'By which signals it is known: an account and a point, like 4711 zone:7; several by semicolon; an account alone is the whole source', also: ['signals', 'zones', 'source'] },
    { key: 'state', title: 'State', help: 'As it is: a file neither retires a device nor takes one into use', also: ['status'] },
  ],
  columnOf: { siteId: 'site', behindId: 'behind', installedOn: 'installed_on', warrantyUntil: 'warranty_until', endOfLifeOn: 'end_of_life_on', certificateUntil: 'certificate_until', expectedEveryS: 'expected_every_s' },
  take: takeDevices,
}];
