import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'cases.case', title: 'Cases', class: 'cases', purposes: ['claims'], goes: 'The case with all that was written in its room, its comments, links, tasks and files, its texts in the ledger, and what it is found by.',
    facts: 'cases.held_facts', removal: { due: 'cases.due_to_go', remove: 'cases.let_go' },
  }, {
    key: 'cases.report', title: 'Reports at the front door', class: 'cases', purposes: ['claims'], goes: 'A report that was dismissed, with what was said; one that became a case goes with it.',
    facts: 'cases.report_facts', removal: { due: 'cases.reports_due', remove: 'cases.let_reports_go' },
  }],
  hanging: [],
};
