import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const BEHIND = 'incidents.behind-wall';

/** Who stands behind a wall is told when it is raised, and when they are let in. */
export const noticeSource: NoticeSource = {
  classes: [{ key: BEHIND, title: 'You stand behind the wall of an incident', urgent: false, channels: ['mail', 'push'] }],
  tells: { 'incidents.declared': whole, 'incidents.walled': whole, 'incidents.admitted': ({ after }) => (typeof after['personId'] === 'string' ? [{ class: BEHIND, to: [after['personId']] }] : []) },
};

function whole({ wallId }: Entry): readonly Tell[] {
  return wallId === null ? [] : [{ class: BEHIND, behind: wallId }];
}
