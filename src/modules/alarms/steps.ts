import type { StepSource } from '#platform/thread/port.ts';

/** Not what it became: the incident may be hidden. */
export const stepSource: StepSource = {
  permission: 'alarms:read',
  words: {
    'alarms.raised': 'Raised', 'alarms.folded': 'Folded into the alarm of a device that is down', 'alarms.unfolded': 'Rings for itself again', 'alarms.claimed': 'Claimed', 'alarms.taken-over': 'Taken over', 'alarms.handed-over': 'Handed over', 'alarms.released': 'Given up', 'alarms.acknowledged': 'Acknowledged', 'alarms.escalated': 'Not taken in time', 'alarms.returned': 'Said to have ended',
    'alarms.shelved': 'Shelved', 'alarms.unshelved': 'Back from the shelf', 'alarms.closed': 'Closed', 'alarms.closed-by-rule': 'Closed by itself',
  },
};
