import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useLive } from '#platform/web/live.ts';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { Timeline } from '#ui/timeline.tsx';
import { ageWords } from '#ui/times.ts';
import { type Classification, readTimeline } from '../../contract.ts';
import { type Observation, type Review, readReview } from '../../review-contract.ts';
import { capabilityTitle, ratingTitle } from '../../review-rules.ts';
import { useClassification } from '../classification.ts';
import { SeverityMark } from '../severity.tsx';
import { entryOf } from '../timeline-tab.tsx';
import { ActionDialog, FinishDialog, ObservationDialog, PrintDialog, StrikeObservationDialog, SummaryDialog } from './dialogs.tsx';
import { t } from './messages.en.ts';
import { Observations } from './observations.tsx';
import css from './review.module.css';

export type Asking = { does: 'summary' } | { does: 'finish' } | { does: 'print' } | { does: 'observe'; kind: Observation['kind']; observation: Observation | null } | { does: 'strike'; observation: Observation } | { does: 'act'; observation: Observation };

/** The after-action review of one incident. */
export default function ReviewPage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('incidents', readReview, { id });
  // How an action stands is said by its task, which hangs on the incident.
  useLive('tasks', (event) => { if (event.id === id) reading.again(); });
  useWhere({ title: t('incidents.review') });
  return (
    <AskedRecord title={t('incidents.review')} reading={reading}>
      {({ review }) => review ? <TheReview key={review.incident.id} review={review} /> : <Empty action={<LinkButton to={`/incidents/${id}?tab=review`}>{t('incidents.review.to-incident')}</LinkButton>}>{t('incidents.review.none')}</Empty>}
    </AskedRecord>
  );
}

function TheReview({ review }: { review: Review }) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const { incident } = review;
  const mayWrite = review.mayWrite && review.state === 'draft';
  useWhere({ title: t('incidents.review'), ...(incident.site && incident.timeZone && { site: { name: incident.site, timeZone: incident.timeZone } }) });
  const openPaper = (purpose?: string): void => void window.open(`/api/incidents/${incident.id}/review/report.pdf${purpose ? `?purpose=${encodeURIComponent(purpose)}` : ''}`, '_blank', 'noopener');
  const print = (): void => (incident.isWalled ? setAsking({ does: 'print' }) : openPaper());
  useCommands([
    { key: 'P', title: t('incidents.review.print'), run: print },
    ...(mayWrite ? [{ key: 'E', title: t('incidents.review.edit'), run: () => setAsking({ does: 'summary' }) }, { title: t('incidents.review.finish'), run: () => setAsking({ does: 'finish' }) }] : []),
  ]);
  return (
    <RecordPage
      number={incident.number} title={`${t('incidents.review')}: ${incident.title}`}
      state={<>{incident.isSimulated && <SimulatedTag />}<SeverityMark severity={incident.severity} /><State fill={review.state === 'draft' ? 'half' : 'ended'}>{t(`incidents.review.state.${review.state}`)}</State>{incident.isWalled && <Tag look="wall">{t('incidents.reviews.walled')}</Tag>}</>}
      actions={<>
        <LinkButton to={`/incidents/${incident.id}`} icon="left">{t('incidents.review.to-incident')}</LinkButton>
        <Button icon="print" keyCap="P" onClick={print}>{t('incidents.review.print')}</Button>
        {mayWrite && <Button keyCap="E" onClick={() => setAsking({ does: 'summary' })}>{t('incidents.review.edit')}</Button>}
        {mayWrite && <Button look="filled" onClick={() => setAsking({ does: 'finish' })}>{review.missing.length > 0 ? t('incidents.review.missing', { n: review.missing.length }) : t('incidents.review.finish')}</Button>}
      </>}
    >
      <div className={css.two}>
        <SummaryPanel review={review} />
        <MomentsPanel review={review} />
      </div>
      <Observations review={review} kind="improvement" mayWrite={mayWrite} onAsk={setAsking} />
      <Observations review={review} kind="strength" mayWrite={mayWrite} onAsk={setAsking} />
      <TimelinePanel review={review} />
      {asking && <Dialogs asking={asking} review={review} onPrint={openPaper} onClose={() => setAsking(null)} />}
    </RecordPage>
  );
}

function Dialogs({ asking, review, onPrint, onClose }: { asking: Asking; review: Review; onPrint: (purpose: string) => void; onClose: () => void }) {
  if (asking.does === 'summary') return <SummaryDialog review={review} onClose={onClose} />;
  if (asking.does === 'finish') return <FinishDialog review={review} onClose={onClose} />;
  if (asking.does === 'print') return <PrintDialog onPrint={onPrint} onClose={onClose} />;
  if (asking.does === 'observe') return <ObservationDialog review={review} kind={asking.kind} observation={asking.observation} onClose={onClose} />;
  if (asking.does === 'act') return <ActionDialog review={review} observation={asking.observation} onClose={onClose} />;
  return <StrikeObservationDialog review={review} observation={asking.observation} onClose={onClose} />;
}

function SummaryPanel({ review }: { review: Review }) {
  const zone = review.incident.timeZone ?? undefined;
  const rated = Object.entries(review.ratings);
  return (
    <Panel title={t('incidents.review.summary')}>
      <div className={css.pad}>
        {review.summary === '' ? <p className="t3">{t('incidents.review.summary.none')}</p> : <p className={css.words}>{review.summary}</p>}
        <dl className="facts">
          {review.heldAt && <><dt>{t('incidents.review.held')}</dt><dd><TwoTimes at={review.heldAt} siteZone={zone} /></dd></>}
          <dt>{t('incidents.review.opened')}</dt><dd><TwoTimes at={review.openedAt} siteZone={zone} /> · {review.openedBy}</dd>
          {review.finishedAt && <><dt>{t('incidents.review.finished')}</dt><dd><TwoTimes at={review.finishedAt} siteZone={zone} /> · {review.approvedBy === null ? t('incidents.review.finished.alone', { proposer: review.proposedBy ?? '' }) : t('incidents.review.finished.by', { proposer: review.proposedBy ?? '', approver: review.approvedBy })}</dd></>}
        </dl>
        <h3>{t('incidents.review.ratings')}</h3>
        {rated.length === 0 ? <p className="t3">{t('incidents.review.ratings.none')}</p> : <dl className="facts">{rated.map(([key, rating]) => [<dt key={key}>{capabilityTitle(key)}</dt>, <dd key={`${key}v`}><b>{rating}</b> {ratingTitle(rating)}</dd>])}</dl>}
      </div>
    </Panel>
  );
}

const MomentsPanel = ({ review }: { review: Review }) => (
  <Panel title={t('incidents.review.moments')}>
    <ol className={css.list}>
      {review.moments.map(({ key, at, afterMs }) => <li key={key}><b>{t(`incidents.review.moment.${key}`)}</b><span className="t2"><TwoTimes at={at} siteZone={review.incident.timeZone ?? undefined} seconds />{afterMs !== null && ` · ${t('incidents.review.after', { time: ageWords(afterMs) })}`}</span></li>)}
    </ol>
  </Panel>
);

/** What the record tells; of a finished review what it told when that was approved. */
function TimelinePanel({ review }: { review: Review }) {
  const reading = useRead('incidents', readTimeline, { id: review.incident.id });
  const classification = useClassification();
  const { finishedAt, incident } = review;
  return (
    <Panel title={t('incidents.review.timeline')} {...(finishedAt && { note: t('incidents.review.timeline.until') })}>
      <Asked reading={reading}>
        {({ items }) => <Asked reading={classification}>{(shipped: Classification) => (
          <div className={css.timeline}><Timeline label={t('incidents.review.timeline')} entries={items.filter(({ notedAt }) => finishedAt === null || Date.parse(notedAt) <= Date.parse(finishedAt)).map((item) => entryOf(item, shipped))} {...(incident.timeZone && { siteZone: incident.timeZone })} seconds /></div>
        )}</Asked>}
      </Asked>
    </Panel>
  );
}
