import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { cursor: 'how far this server has told', 'destination.secret': 'a secret with its receiver', 'destination.former_secret': 'a secret with its receiver', 'destination.address': 'many have a secret in it; where it leads stands in origin' } };
