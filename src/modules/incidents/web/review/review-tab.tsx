import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import type { Incident } from '../../contract.ts';
import { openReview, readReview, type Review } from '../../review-contract.ts';
import { t } from './messages.en.ts';
import { Observations } from './observations.tsx';
import css from './review.module.css';

/** The review of the incident in short, or how to open one. */
export function ReviewTab({ incident }: { incident: Incident }) {
  const reading = useRead('incidents', readReview, { id: incident.id });
  return <Asked reading={reading}>{({ review }) => (review ? <InShort review={review} /> : <None incident={incident} />)}</Asked>;
}

function None({ incident }: { incident: Incident }) {
  const opening = useSend('incidents', openReview);
  const go = useGo();
  const mayOpen = incident.mine.includes('incidents:review') && incident.state === 'closed';
  const open = (): void => void opening.send({ id: incident.id }).then(() => go(`/incidents/${incident.id}/review`), () => undefined);
  return (
    <Panel title={t('incidents.review')}>
      {opening.problem && <FaultSummary faults={[]} detail={opening.problem.detail} />}
      <Empty action={mayOpen && <Button isBusy={opening.isBusy} onClick={open}>{t('incidents.review.open')}</Button>}>{incident.state === 'closed' ? t('incidents.review.none') : t('incidents.review.none.open')} {t('incidents.review.open.why')}</Empty>
    </Panel>
  );
}

const InShort = ({ review }: { review: Review }) => (
  <>
    <Panel title={t('incidents.review')} actions={<LinkButton to={`/incidents/${review.incident.id}/review`}>{t('incidents.review.go')}</LinkButton>}>
      <div className={css.pad}>
        <State fill={review.state === 'draft' ? 'half' : 'ended'}>{t(`incidents.review.state.${review.state}`)}</State>
        <p className={css.words}>{review.summary || <span className="t3">{t('incidents.review.summary.none')}</span>}</p>
      </div>
    </Panel>
    <Observations review={review} kind="improvement" mayWrite={false} onAsk={() => undefined} />
  </>
);
