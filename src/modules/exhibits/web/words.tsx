import { State, Tag } from '#ui/tag.tsx';
import { useNow } from '#ui/clock.ts';
import type { Exhibit } from '../contract.ts';
import { isOverdue } from '../rules.ts';
import { t } from './messages.en.ts';

const FILL = { held: 'full', lent: 'half', disposed: 'ended' } as const;

/** How an exhibit stands, and that it is not back in time. */
export function StateOf({ exhibit }: { exhibit: Exhibit }) {
  const now = useNow();
  return <>
    <State fill={FILL[exhibit.state]}>{t(`exhibits.state.${exhibit.state}`)}</State>
    {isOverdue(exhibit, now.getTime()) && <Tag look="p2">{t('exhibits.overdue')}</Tag>}
    {exhibit.offeredTo && <Tag look="act">{t('exhibits.offered.to', { name: exhibit.offeredTo.name })}</Tag>}
  </>;
}

/** With whom, or where, it is. */
export const whereWords = ({ holder, place, lentTo, state }: Exhibit): string =>
  state === 'lent' ? t('exhibits.at', { name: lentTo }) : state === 'disposed' ? t('exhibits.gone') : [holder?.name, place && `${place.code} ${place.name}`].filter(Boolean).join(' · ');
