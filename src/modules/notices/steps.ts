import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = {
  permission: 'notices:read',
  words: {
    'notices.prepared': 'The notification was prepared', 'notices.released': 'It went out', 'notices.recalled': 'It was recalled', 'notices.ended': 'All of it was handed over', 'notices.lapsed': 'Nobody approved it in time', 'notices.answered': 'Somebody answered',
    'notices.muster-opened': 'The roll call was opened', 'notices.muster-marked': 'Somebody was marked', 'notices.muster-extended': 'Others are expected too', 'notices.muster-closed': 'The roll call was closed',
  },
};
