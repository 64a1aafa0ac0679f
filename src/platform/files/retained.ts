import type { Retained } from '#platform/retention/port.ts';

export const retained: Retained = {
  kinds: [{
    key: 'files.file', title: 'Content of struck files', class: 'files', purposes: ['struck-content'], goes: 'Content, name and key of a file that was struck; the row stays with its hash as the proof, the bytes go within the hour where nothing else names them.',
    facts: 'files.held_facts', removal: { due: 'files.due_to_go', remove: 'files.let_content_go' },
  }],
  hanging: [{ key: 'files', remove: 'files.go_with', people: 'files.people_with' }],
};
