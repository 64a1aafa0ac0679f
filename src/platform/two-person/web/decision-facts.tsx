import { useDecisionWords } from '#platform/web/decision-words.tsx';
import { RecordLink } from '#platform/web/navigation.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Decision } from '../contract.ts';
import { t } from './messages.en.ts';

/** What is decided, about what and whom, and why. */
export function DecisionFacts({ decision }: { decision: Decision }) {
  const lines = useDecisionWords()(decision.kind)?.lines?.(decision.facts) ?? [];
  const { record, subject } = decision;
  return (
    <dl className="facts">
      {subject && <><dt>{t('decision.person')}</dt><dd><RecordLink kind="people.person" id={subject.id}>{subject.name}</RecordLink></dd></>}
      {lines.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{typeof value === 'string' ? value : <TwoTimes at={value.at} />}</dd></div>)}
      {record && record.id !== subject?.id && <><dt>{t('decision.about')}</dt><dd><RecordLink kind={record.kind} id={record.id}>{[record.number, record.title].filter(Boolean).join(' ')}</RecordLink></dd></>}
      <dt>{t('decision.reason')}</dt><dd>{decision.reason}</dd>
      <dt>{t('decision.permission')}</dt><dd className="mono">{decision.permission}</dd>
    </dl>
  );
}
