import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { dateWords } from '#ui/times.ts';
import { listTargets, type Metric, type Target } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './metrics.module.css';
import { TargetDialog } from './target-dialog.tsx';
import { goalWords, partWords } from './words.ts';

/** What a figure was to keep to, where and from when; and the way to set another. */
export function Targets({ metric, site }: { metric: Metric; site: string | undefined }) {
  const reading = useRead('metrics', listTargets, { key: metric.key });
  const [isSetting, setSetting] = useState(false);
  const maySet = useMay('metrics:publish');
  return (
    <Panel title={t('metrics.targets')} note={t('metrics.targets.note')} actions={maySet && <Button onClick={() => setSetting(true)}>{t('metrics.targets.new')}</Button>}>
      <Asked reading={reading}>{({ items }) => (items.length === 0 ? <Empty>{t('metrics.targets.none')}</Empty> : <List metric={metric} items={items} />)}</Asked>
      {isSetting && <TargetDialog metric={metric} site={site} onClose={() => setSetting(false)} />}
    </Panel>
  );
}

const placeWords = ({ siteId, site }: Target): string => (siteId === null ? t('metrics.target.organisation') : (site ?? t('metrics.part.hidden')));

function List({ metric, items }: { metric: Metric; items: readonly Target[] }) {
  return (
    <table className={css.list}>
      <thead><tr><th scope="col">{t('metrics.targets.where')}</th><th scope="col">{t('metrics.targets.value')}</th><th scope="col">{t('metrics.targets.from')}</th><th scope="col">{t('metrics.targets.owner')}</th><th scope="col">{t('metrics.targets.by')}</th></tr></thead>
      <tbody>
        {items.map((target) => (
          <tr key={target.id}>
            <th scope="row" className={css.row}>{placeWords(target)}{target.part !== 'none' && <p className={`${css.note} small`}>{partWords(target.part, { key: target.partKey, name: target.partTitle })}</p>}</th>
            <td><span className={target.state === 'in-force' ? 'strong' : 't2'}>{target.value === null ? t('metrics.targets.ended') : goalWords(metric, { value: target.value })}</span>{target.measure !== 'value' && <p className={`${css.note} small`}>{t(`metrics.targets.measure.${target.measure}`)}</p>}</td>
            <td>{dateWords(target.validFrom)}<p className={`${css.note} small`}>{t(`metrics.targets.state.${target.state}`)}</p></td>
            <td className={css.spare}>{target.owner.name}</td>
            <td className={`t2 ${css.spare}`}>{target.approvedBy === null ? t('metrics.targets.alone', { proposer: target.proposedBy }) : t('metrics.targets.both', { proposer: target.proposedBy, approver: target.approvedBy })}<p className={`${css.note} small`}>{target.reason}</p></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
