import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'workorders:read',
  words: {
    'workorders.raised': 'The work order was raised', 'workorders.changed': 'Its facts were changed', 'workorders.assigned': 'It was assigned', 'workorders.started': 'Work began', 'workorders.paused': 'Work waits', 'workorders.fixed': 'It was fixed',
    'workorders.retest-started': 'A retest began', 'workorders.retest-heard': 'Something of the retest was heard', 'workorders.retest-passed': 'The retest passed', 'workorders.retest-failed': 'The retest failed; it is open again', 'workorders.closed': 'It was closed', 'workorders.reopened': 'It was opened again', 'workorders.cancelled': 'It was cancelled',
    'workorders.visit-planned': 'A visit was planned', 'workorders.visit-arrived': 'They are on site', 'workorders.visit-left': 'They left the site', 'workorders.visit-struck': 'A visit was taken back', 'workorders.part-added': 'A part was noted', 'workorders.part-struck': 'A part was struck', 'workorders.plan-added': 'The plan was made', 'workorders.plan-changed': 'The plan was changed', 'workorders.plan-stopped': 'The plan was stopped', 'workorders.rounds-made': 'Rounds were made ahead', 'workorders.round-postponed': 'A round was put off', 'workorders.round-done': 'A round was done', 'workorders.printed': 'It was printed',
  },
};
