import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const WAITS = 'retention.decision-waits';

/** Who decides each kind, as roles are shipped. */
const DECIDERS: Readonly<Record<string, readonly string[]>> = {
  'retention.schedule': ['cso', 'compliance-manager', 'system-administrator'],
  'retention.run': ['cso', 'deputy-cso', 'compliance-manager'],
  'retention.run-walled': ['cso', 'compliance-manager'],
  'retention.release': ['cso', 'deputy-cso', 'investigations-lead', 'tat-legal', 'compliance-manager'],
};

/** Who keeps what is kept is told that a removal, a change of a schedule or the release of a hold waits for a second person; what it is, its page says. */
export const noticeSource: NoticeSource = {
  classes: [{ key: WAITS, title: 'A decision about what is kept waits for you', urgent: false, channels: ['mail', 'push'] }],
  tells: { 'two-person.proposed': waits },
};

function waits({ wallId, after }: Entry): readonly Tell[] {
  const [roles, id] = [DECIDERS[String(after['kind'])], after['id']];
  // Of what stands behind a wall nobody is told by their role.
  if (!roles || typeof id !== 'string' || wallId !== null) return [];
  const about = { words: '', path: `/decisions/${id}` };
  return [{ class: WAITS, roles, about }];
}
