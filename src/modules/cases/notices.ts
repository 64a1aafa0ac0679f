import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const BEHIND = 'cases.in-room';
const REPORT = 'cases.report';
const toReaders = ({ wallId }: Entry): readonly Tell[] => (wallId === null ? [] : [{ class: REPORT, behind: wallId }]);

/** Who is let into the room of a case is told. */
export const noticeSource: NoticeSource = {
  classes: [{ key: BEHIND, title: 'You stand in the room of a case', urgent: false, channels: ['mail', 'push'] }, { key: REPORT, title: 'A report came in at the front door, or its reporter wrote', urgent: false, channels: ['mail', 'push'] }],
  tells: {
    'cases.reported': toReaders,
    'cases.reporter-said': toReaders,
    'cases.opened': ({ after }: Entry): readonly Tell[] => (typeof after['custodianId'] === 'string' ? [{ class: BEHIND, to: [after['custodianId']] }] : []),
    'cases.admitted': ({ after }: Entry): readonly Tell[] => (typeof after['personId'] === 'string' ? [{ class: BEHIND, to: [after['personId']] }] : []),
  },
};
