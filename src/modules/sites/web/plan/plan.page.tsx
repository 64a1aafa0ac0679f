import { useParams } from '@tanstack/react-router';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { readSite, type Site } from '../../contract.ts';
import { type Plan, readPlan } from '../../plan-contract.ts';
import { t } from '../messages.en.ts';
import { PlanEditor } from './plan-editor.tsx';
import css from './plan.module.css';
import { FirstPlan } from './plan-file.tsx';
import { PlanView } from './plan-view.tsx';

/** The plan of a floor: to draw on for who may, to look at for the others. */
export default function PlanPage() {
  const { id = '' } = useParams({ strict: false });
  const site = useRead('sites', readSite, { id });
  return <AskedRecord title={t('plan.one')} reading={site}>{(floor) => <OfFloor key={floor.id} floor={floor} />}</AskedRecord>;
}

function OfFloor({ floor }: { floor: Site }) {
  const reading = useRead('sites', readPlan, { id: floor.id });
  useWhere({ title: t('plan.of', { name: floor.name }), site: { name: floor.name, timeZone: floor.timeZone } });
  return <AskedRecord title={t('plan.one')} reading={reading}>{({ plan }) => <Shown floor={floor} plan={plan as Plan | null} />}</AskedRecord>;
}

function Shown({ floor, plan }: { floor: Site; plan: Plan | null }) {
  const mayWrite = useMay('sites:write') && floor.state === 'active';
  return (
    <article className={css.page}>
      <header className={css.head}>
        <div>
          <p className="t2 small">{floor.above.join(' › ')}</p>
          <h1 className="title">{t('plan.of', { name: floor.name })}</h1>
        </div>
        <span className="space" />
        <LinkButton look="quiet" icon="left" to={`/sites/${floor.id}`}>{t('plan.back')}</LinkButton>
      </header>
      {plan === null ? <FirstPlan floor={floor} mayWrite={mayWrite} /> : mayWrite ? <PlanEditor floor={floor} plan={plan} /> : <PlanView plan={plan} />}
    </article>
  );
}
