import type { Entry, NoticeSource, Tell } from '#platform/notify/port.ts';

const idIn = (side: Readonly<Record<string, unknown>>, field: string): string | null => (typeof side[field] === 'string' ? side[field] : null);

/** One of the two people of an ask is told that it is their turn; what is asked stands on its page only. */
const turnOf = (key: string, who: 'id' | 'witnessId') => ({ after }: Entry): readonly Tell[] => {
  const [person, ask] = [idIn(after, who), idIn(after, 'askId')];
  return person === null || ask === null ? [] : [{ class: key, to: [person], about: { words: '', path: `/break-glass/${ask}` } }];
};
/** Who watches over the use of the right, over the whole organisation. */
const WATCHERS = ['cso', 'compliance-manager'];

const wallChanged = ({ wallId }: Entry): readonly Tell[] => (wallId === null ? [] : [{ class: 'identity.wall-changed', behind: wallId }]);

/** Whoever stands behind a wall is told at once when its glass is broken: that somebody came in without being let in. */
export const noticeSource: NoticeSource = {
  classes: [
    { key: 'identity.glass-broken', title: 'Somebody broke the glass of a wall that you stand behind', urgent: true, channels: ['mail', 'push', 'webhook'] },
    { key: 'identity.glass-over', title: 'Who broke the glass of a wall that you stand behind is out: say whether it was justified', urgent: false, channels: ['mail', 'push'] },
    { key: 'identity.glass-used', title: 'Somebody used the right to break glass; of which record is told behind its wall only', urgent: true, channels: ['mail', 'push', 'webhook'] },
    { key: 'identity.glass-asked', title: 'You are asked to witness that somebody enters a walled record', urgent: true, channels: ['mail', 'push', 'webhook'] },
    { key: 'identity.glass-witnessed', title: 'Your witness has confirmed: you may enter', urgent: true, channels: ['push'] },
    { key: 'identity.wall-changed', title: 'The custodian of a wall that you stand behind has changed', urgent: false, channels: ['mail', 'push'] },
  ],
  tells: {
    'identity.glass-broken': ({ wallId }) => (wallId === null ? [] : [{ class: 'identity.glass-broken', behind: wallId }]),
    'identity.glass-over': ({ wallId }) => (wallId === null ? [] : [{ class: 'identity.glass-over', behind: wallId }]),
    // Told alike whether anything was opened or not.
    'identity.glass-used': () => [{ class: 'identity.glass-used', roles: WATCHERS, about: { words: '', path: '/ledger?verb=identity.glass-used' } }],
    'identity.glass-asked': turnOf('identity.glass-asked', 'witnessId'), 'identity.glass-witnessed': turnOf('identity.glass-witnessed', 'id'),
    'identity.custodian-succeeded': wallChanged, 'identity.custodian-missing': wallChanged,
  },
};
