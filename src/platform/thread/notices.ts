import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const MENTIONED = 'thread.mentioned';
const mentionsIn = (side: Entry['after']): string[] => (Array.isArray(side['mentions']) ? side['mentions'].filter((one) => typeof one === 'string') : []);

/** Who is mentioned in a comment is told which record it is on, and by a change only who was not named before. The words stay in Parapet. */
export const noticeSource: NoticeSource = {
  classes: [{ key: MENTIONED, title: 'You are mentioned in a comment', urgent: false, channels: ['mail', 'push', 'webhook'] }],
  tells: { 'thread.commented': told, 'thread.comment-edited': told },
};

function told({ before, after }: Entry): readonly Tell[] {
  const known = new Set(mentionsIn(before));
  const to = mentionsIn(after).filter((id) => !known.has(id));
  return to.length === 0 ? [] : [{ class: MENTIONED, to }];
}
