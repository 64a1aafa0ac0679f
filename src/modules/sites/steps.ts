import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = { permission: 'sites:read', words: { 'sites.added': 'The site was added', 'sites.changed': 'Its facts were changed', 'sites.moved': 'It was moved in the tree', 'sites.closed': 'The site was closed', 'sites.reopened': 'The site was opened again' } };
