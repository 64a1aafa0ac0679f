import { useState } from 'react';
import { drawLink, listLinks } from '#platform/thread/contract.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { ageWords } from '#ui/times.ts';
import type { Incident } from '../../contract.ts';
import { listSimilar, type Similar } from '../../merge-contract.ts';
import css from '../incidents.module.css';
import { MergeDialog } from './merge-dialog.tsx';
import { t } from './messages.en.ts';

/** Incidents linked with this one, and those that may be of the same event, with what speaks for it. */
export function RelatedPanel({ incident }: { incident: Incident }) {
  const similar = useRead('incidents', listSimilar, { id: incident.id });
  const links = useRead('thread', listLinks, { recordId: incident.id }, { isOn: useMay('thread:read') });
  const [merging, setMerging] = useState<Similar | null>(null);
  const linked = (links.data?.items ?? []).map(({ other }) => other).filter(({ kind }, at, all) => kind === 'incidents.incident' && all.findIndex(({ id }) => id === all[at]?.id) === at);
  const isKnown = (id: string): boolean => linked.some((one) => one.id === id);
  return (
    <Panel title={t('related')}>
      {linked.length > 0 && (
        <ul className={css.items} aria-label={t('related.linked')}>
          {linked.map(({ id, number, title }) => <li key={id} className={css.item}><div className={css.itemWords}><RecordLink kind="incidents.incident" id={id}>{[number, title].filter(Boolean).join(', ')}</RecordLink></div></li>)}
        </ul>
      )}
      <Asked reading={similar}>
        {({ items }) => {
          const offered = items.filter(({ id }) => !isKnown(id));
          if (offered.length === 0) return linked.length === 0 && <Empty>{t('related.none')}</Empty>;
          return (
            <>
              <h3 className={css.logOf}>{t('related.offered')}</h3>
              <ul className={css.items} aria-label={t('related.offered')}>{offered.map((one) => <Offered key={one.id} incident={incident} one={one} onMerge={() => setMerging(one)} />)}</ul>
            </>
          );
        }}
      </Asked>
      {merging && <MergeDialog incident={incident} other={merging} onClose={() => setMerging(null)} />}
    </Panel>
  );
}

function Offered({ incident, one, onMerge }: { incident: Incident; one: Similar; onMerge: () => void }) {
  const drawing = useSend('thread', drawLink);
  const mayLink = useMay('thread:write');
  const mayMerge = one.mayMerge && incident.mine.includes('incidents:close');
  const link = (): void => void drawing.send({ recordId: incident.id, toId: one.id, kind: 'relates-to' }).then(() => announce(t('related.linked.done', { number: one.number })), () => undefined);
  return (
    <li className={css.item}>
      <div className={css.itemWords}>
        {drawing.problem && <FaultSummary faults={[]} detail={drawing.problem.detail} />}
        <RecordLink kind="incidents.incident" id={one.id}>{one.number}, {one.title}</RecordLink>
        <div className="small t2">{[...one.alike.map((key) => t(`related.alike.${key}`)), t('related.apart', { time: ageWords(one.apartMs) })].join(' · ')}</div>
      </div>
      {mayLink && <Button look="quiet" isBusy={drawing.isBusy} onClick={link} aria-label={t('related.link.of', { number: one.number })}>{t('related.link')}</Button>}
      {mayMerge && <Button look="quiet" onClick={onMerge} aria-label={t('related.merge.of', { number: one.number })}>{t('related.merge')}</Button>}
    </li>
  );
}
