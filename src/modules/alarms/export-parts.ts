import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { cursor: 'how far the correlator of this server has read', rule_clock: 'how far rules over several signals have come on this server', rule_memory: 'what rules remember of the last signals on this server' } };
