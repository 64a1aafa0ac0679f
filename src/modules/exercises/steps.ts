import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'exercises:read',
  words: {
    'exercises.planned': 'The exercise was planned', 'exercises.changed': 'Its facts were changed', 'exercises.cancelled': 'It was cancelled', 'exercises.participants-set': 'It was said who takes part', 'exercises.objective-added': 'An objective was added', 'exercises.objective-struck': 'An objective was taken back',
    'exercises.inject-added': 'An inject was added', 'exercises.inject-changed': 'An inject was changed', 'exercises.started': 'The clock was started', 'exercises.paused': 'The clock was stopped', 'exercises.clock-set': 'The clock was set forward', 'exercises.ended': 'It ended',
    'exercises.inject-delivered': 'An inject was delivered', 'exercises.inject-sent': 'A synthetic signal was sent', 'exercises.inject-skipped': 'An inject was left out', 'exercises.incident-declared': 'An incident of the exercise was declared', 'exercises.source-lent': 'Its simulated source was made', 'exercises.cleared': 'All that was synthetic is closed',
    'exercises.expectation-rated': 'An expectation was rated', 'exercises.observation-added': 'An observation was noted', 'exercises.observation-struck': 'An observation was struck', 'exercises.action-added': 'A corrective action was given', 'exercises.evaluated': 'The evaluation was finished', 'exercises.printed': 'It was printed',
  },
};
