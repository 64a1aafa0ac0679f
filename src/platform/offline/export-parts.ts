import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { 'device.token_hash': 'secret of a device', 'device.half': 'half of the key to what a device keeps', device_session: 'sign-ins of the moment' } };
