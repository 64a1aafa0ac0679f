import { ProveButton } from '#platform/ledger/web/public.tsx';
import { useRead } from '#platform/web/query.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Timeline, type TimelineEntry } from '#ui/timeline.tsx';
import { type Classification, type Incident, readTimeline, type TimelineItem } from '../contract.ts';
import { typeTitle } from './classification.ts';
import css from './incidents.module.css';
import { t as b } from './breach/messages.en.ts';
import { t as m } from './merge/messages.en.ts';
import { t } from './messages.en.ts';
import { factNames } from './fact-names.ts';
import { severityName } from './severity.tsx';

/** The log and the changes of the record in one order of time. */
export function TimelineTab({ incident, classification }: { incident: Incident; classification: Classification }) {
  const reading = useRead('incidents', readTimeline, { id: incident.id });
  return (
    <Panel title={t('incidents.timeline')} actions={<ProveButton what={{ record: incident.id }} look="plain" />}>
      <Asked reading={reading}>
        {({ items }) => <div className={css.timeline}><Timeline label={t('incidents.timeline')} entries={items.map((item) => ({ ...entryOf(item, classification), action: <ProveButton what={{ record: incident.id, at: item.notedAt }} of={item.kind === 'log' ? item.text.slice(0, 60) : stepWords(item, classification)} /> }))} {...(incident.timeZone && { siteZone: incident.timeZone })} seconds /></div>}
      </Asked>
    </Panel>
  );
}

export function entryOf(item: TimelineItem, classification: Classification): TimelineEntry {
  const title = item.kind === 'log' ? item.text : stepWords(item, classification);
  return {
    key: item.id, at: item.at, title, by: item.mergedFrom === null ? item.person : `${item.person}, ${item.mergedFrom}`, ...(item.kind === 'step' && item.text && { text: item.text }),
    ...(Date.parse(item.notedAt) - Date.parse(item.at) > 60_000 && { late: t('incidents.log.late-word') }), ...(item.isStruck && { struck: <span className="small t2">{t('incidents.struck-word')}</span> }),
  };
}

/** A change of the record, in words. */
export function stepWords({ verb, was, became }: Pick<TimelineItem, 'verb' | 'was' | 'became'>, classification: Classification): string {
  const type = (key: string | null): string => typeTitle(classification, key) ?? t('incidents.unclassified');
  if (verb === 'declared') return was === null ? t('incidents.step.declared') : t('incidents.step.declared-from', { alarm: was });
  if (verb === 'classified') return t('incidents.step.classified', { type: type(became) });
  if (verb === 'severity-changed') return t('incidents.step.severity', { was: severityName(Number(was)), became: severityName(Number(became)) });
  if (verb === 'assigned') return became === null ? t('incidents.step.unassigned') : t('incidents.step.assigned', { who: became });
  if (verb === 'admitted') return t('incidents.step.admitted', { who: became ?? '' });
  if (verb === 'removed') return t('incidents.step.removed', { who: was ?? '' });
  if (verb === 'disputed') return t('incidents.step.disputed', { field: factNames(became) });
  const merge = (['merged', 'took-in', 'unmerged', 'let-out'] as const).find((one) => one === verb);
  if (merge) return m(`merge.step.${merge}`, { number: became ?? was ?? '' });
  const breach = (['breach-opened', 'notice-given', 'not-due'] as const).find((one) => one === verb);
  if (breach) return b(`breach.step.${breach}`, { what: became ?? '' });
  if (verb === 'settled') return t('incidents.step.settled', { field: factNames(became) });
  const plain = (['closed', 'reopened', 'walled', 'moved', 'review-opened', 'review-finished'] as const).find((one) => one === verb);
  return plain ? t(`incidents.step.${plain}`) : verb;
}
