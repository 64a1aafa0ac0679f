import { ProveButton } from '#platform/ledger/web/public.tsx';
import { useRead } from '#platform/web/query.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Timeline } from '#ui/timeline.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import { FINDINGS, type Finding } from '../finding-rules.ts';
import { type Case, readTimeline, type TimelineItem } from '../contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { partWords } from './words.tsx';

/** What became of the case, in order of time, each with its proof in the ledger. */
export function TimelineTab({ room }: { room: Case }) {
  const reading = useRead('cases', readTimeline, { id: room.id });
  return (
    <Panel title={t('cases.tab.timeline')} actions={<ProveButton what={{ record: room.id }} look="plain" />}>
      <Asked reading={reading}>{({ items }) => (
        <div className={css.timeline}>
          <Timeline label={t('cases.tab.timeline')} {...(room.timeZone && { siteZone: room.timeZone })} seconds entries={items.map((item) => ({ key: item.id, at: item.at, title: stepWords(item), by: item.person, ...(item.reason && { text: item.verb === 'found' ? t('cases.step.found.of', { n: item.reason }) : item.reason }), action: <ProveButton what={{ record: room.id, at: item.at }} of={stepWords(item)} /> }))} />
        </div>
      )}</Asked>
    </Panel>
  );
}

/** `Ines Inspector, case-legal` as people say it. */
function memberWords(words: string): string {
  const [name = '', part = ''] = words.split(', ');
  return `${name}, ${partWords(part)}`;
}

/** A change of the case, in words. */
export function stepWords({ verb, was, became }: Pick<TimelineItem, 'verb' | 'was' | 'became'>): string {
  if (verb === 'changed') return t('cases.step.changed', { type: allegationTitle(became ?? '') });
  if (verb === 'admitted') return t('cases.step.admitted', { who: memberWords(became ?? '') });
  if (verb === 'removed') return t('cases.step.removed', { who: was ?? '' });
  if (verb === 'found') return t('cases.step.found', { finding: FINDINGS.some((one) => one === became) ? t(`cases.finding.${became as Finding}`) : '' });
  const plain = (['begun', 'submitted', 'reviewed', 'returned', 'closed', 'reopened'] as const).find((one) => one === verb);
  if (plain) return t(`cases.step.${plain}`);
  return verb === 'opened' ? t('cases.step.opened', { type: allegationTitle(became ?? '') }) : verb;
}
