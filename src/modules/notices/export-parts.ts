import type { ExportParts } from '#platform/exports/port.ts';

export const exportParts: ExportParts = { leftOut: { 'recipient.code_hash': 'the hash of a link', 'gateway.address': 'many have a secret in it', 'gateway.token': 'a secret with the provider' } };
