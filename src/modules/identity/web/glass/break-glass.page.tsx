import { useRead } from '#platform/web/query.ts';
import { Link } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { glassTerms, listAsks } from '../../contract.ts';
import { AskForm } from './ask-form.tsx';
import css from './glass.module.css';
import { fillOf, t } from './messages.en.ts';

export default function BreakGlassPage() {
  const mayAsk = useMay('identity:break-glass');
  const terms = useRead('identity', glassTerms, {}, { isOn: mayAsk });
  const asks = useRead('identity', listAsks, {});
  useWhere({ title: t('glass') });
  return (
    <div className={css.page}>
      <h1 className={`title ${css.head}`}>{t('glass')}</h1>
      {mayAsk && <Panel title={t('glass.form')}><Asked reading={terms}>{(known) => <AskForm terms={known} />}</Asked></Panel>}
      <Panel title={t('glass.asks')}>
        <Asked reading={asks}>
          {({ items }) => items.length === 0 ? <Empty>{t('glass.none')}</Empty> : (
            <ul className={css.asks}>
              {items.map((ask) => (
                <li key={ask.id}>
                  <Link to={`/break-glass/${ask.id}`}><b className="strong mono">{ask.number}</b></Link>
                  <State fill={fillOf(ask.state)}>{t(`glass.state.${ask.state}`)}</State>
                  <span className="t2">{ask.mine === 'asker' ? t('glass.by-me', { name: ask.witness.name }) : t('glass.by-other', { name: ask.asker.name })}</span>
                  <TwoTimes at={ask.askedAt} />
                </li>
              ))}
            </ul>
          )}
        </Asked>
      </Panel>
    </div>
  );
}
