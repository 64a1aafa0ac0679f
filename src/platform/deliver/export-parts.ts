import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { vapid: 'the private key of this server for push', 'device.p256dh': 'key of a browser', 'device.auth': 'secret of a browser', 'device.endpoint': 'who has it can reach the browser', 'webhook.secret': 'a secret with its receiver', 'webhook.url': 'many have a secret in it' } };
