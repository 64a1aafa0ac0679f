import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{ key: 'exhibits.exhibit', title: 'Exhibits', class: 'cases', purposes: ['claims'], goes: 'Exhibits with their custody, hand-overs, files and bundles go with their case.', facts: 'exhibits.held_facts' }],
  hanging: [{ key: 'exhibits', remove: 'exhibits.go_with', people: 'exhibits.people_with' }],
};
