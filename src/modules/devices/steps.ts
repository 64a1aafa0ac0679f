import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'devices:read',
  words: {
    'devices.added': 'The device was added', 'devices.changed': 'Its facts were changed', 'devices.moved': 'It was moved to another site', 'devices.retired': 'The device was retired', 'devices.went-down': 'It is down', 'devices.came-back': 'It is up again', 'devices.restored': 'The device was taken into use again',
  },
};
