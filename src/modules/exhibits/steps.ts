import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'exhibits:view',
  words: {
    'exhibits.added': 'The exhibit was entered', 'exhibits.received': 'It was received', 'exhibits.moved': 'It was put in another place', 'exhibits.resealed': 'It was opened and sealed anew', 'exhibits.offered': 'A hand-over was offered', 'exhibits.handed-over': 'It was handed over',
    'exhibits.offer-refused': 'A hand-over was refused', 'exhibits.offer-withdrawn': 'A hand-over was taken back', 'exhibits.lent': 'It was lent out', 'exhibits.taken-back': 'It came back', 'exhibits.filed': 'A file was entered into its custody', 'exhibits.viewed': 'A file was viewed', 'exhibits.downloaded': 'A file was downloaded',
    'exhibits.audited': 'The store was audited', 'exhibits.bundled': 'It was put into an evidence bundle', 'exhibits.disposed': 'It was disposed of', 'exhibits.changed': 'Its state was changed', 'exhibits.bundle-closed': 'The bundle was closed', 'exhibits.bundle-fetched': 'The bundle was downloaded', 'exhibits.looked': 'It was opened',
  },
};
