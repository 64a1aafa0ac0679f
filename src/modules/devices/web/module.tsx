import { defineWebModule } from '#platform/web/web-module.ts';

export default defineWebModule({
  name: 'devices',
  pages: [
    { room: 'watch', group: 'sources', order: 40, path: '/watch/devices', title: 'Device register', permission: 'devices:read', load: () => import('./devices.page.tsx') },
    { room: 'watch', path: '/watch/devices/$id', title: 'Device', permission: 'devices:read', load: () => import('./device.page.tsx') },
  ],
  records: { 'devices.device': (id) => `/watch/devices/${id}` },
  kinds: { 'devices.device': 'Devices' },
});
