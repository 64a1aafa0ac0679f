import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'continuity:read',
  words: {
    'continuity.added': 'The process was added', 'continuity.changed': 'Its facts, impact or times were changed', 'continuity.reviewed': 'It was looked through and holds', 'continuity.retired': 'It was retired', 'continuity.dependency-added': 'Something that it needs was named', 'continuity.dependency-struck': 'A dependency was struck',
  },
};
