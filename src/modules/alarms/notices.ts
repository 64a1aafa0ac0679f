import type { NoticeSource } from '#platform/notify/port.ts';

const TEST_OVER = 'alarms.test-over';
const HELD = 'alarms.runaway-held';

/** An alarm that nobody acknowledged in time is told to the supervisor, and then to who stands above; a desk that nobody takes over to the supervisor. */
export const noticeSource: NoticeSource = {
  classes: [{
    key: 'alarms.not-taken', title: 'An alarm was not taken in time', urgent: true, channels: ['push', 'mail', 'webhook'],
    ladder: [{ role: 'gsoc-supervisor', withinS: 300 }, { role: 'deputy-cso', withinS: 600 }, { role: 'cso', withinS: 1800 }],
  },
  { key: 'alarms.nobody-next', title: 'A desk was left and nobody took it over', urgent: true, channels: ['push', 'mail', 'webhook'] },
  { key: 'alarms.hand-over-waits', title: 'A hand-over waits and nobody takes it', urgent: true, channels: ['push', 'mail', 'webhook'] },
  { key: 'alarms.hand-over-refused', title: 'Your hand-over was refused', urgent: false, channels: ['push', 'webhook'] },
  { key: 'alarms.shift-ended', title: 'Your shift was ended', urgent: false, channels: ['push', 'mail', 'webhook'] },
  { key: TEST_OVER, title: 'A test or maintenance is over', urgent: false, channels: ['mail'] }, { key: HELD, title: 'A device rings too often and is held', urgent: false, channels: ['mail'] }],
  tells: {
    'alarms.escalated': () => [{ class: 'alarms.not-taken', whileState: ['unacknowledged'] }],
    'alarms.hand-over-to-nobody': () => [{ class: 'alarms.nobody-next', roles: SUPERVISORS }],
    'alarms.hand-over-waits': () => [{ class: 'alarms.hand-over-waits', roles: SUPERVISORS }],
    'alarms.hand-over-refused': ({ before }) => toldPerson('alarms.hand-over-refused', before),
    'alarms.shift-ended': ({ before, after }) => (after['endedHow'] === 'by-supervisor' ? toldPerson('alarms.shift-ended', before) : []),
    'alarms.test-over': ({ recordId, after }) => [{ class: TEST_OVER, to: [String(after['ownerId'])], about: { words: String(after['name']), path: `/watch/held/${recordId}` } }],
    'alarms.runaway-held': ({ after }) => [{ class: HELD, roles: ['gsoc-supervisor'], about: { words: String(after['sourceName']), path: '/watch/held?tab=runaway' } }],
  },
};

const SUPERVISORS = ['gsoc-supervisor'] as const;
const toldPerson = (key: string, { personId }: Readonly<Record<string, unknown>>) => (typeof personId === 'string' ? [{ class: key, to: [personId] }] : []);
