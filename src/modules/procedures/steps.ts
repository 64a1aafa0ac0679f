import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'procedures:read',
  words: {
    'procedures.begun': 'Begun', 'procedures.answered': 'Step done', 'procedures.step-skipped': 'Required step passed over', 'procedures.passed-over': 'Optional step passed over', 'procedures.call-tried': 'Not reached',
    'procedures.taken-back': 'Answer taken back', 'procedures.ended': 'Ended',
  },
};
