import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const ENDED = 'jobs.ended';

/** Who started a job is told when it failed; that it is done, the screens show. */
export const noticeSource: NoticeSource = {
  classes: [{ key: ENDED, title: 'A job of yours failed', urgent: false, channels: [] }],
  tells: { 'jobs.failed': failed },
};

function failed({ actor }: Entry): readonly Tell[] {
  return [{ class: ENDED, to: [actor], withActor: true, about: { words: '', path: '/jobs' } }];
}
