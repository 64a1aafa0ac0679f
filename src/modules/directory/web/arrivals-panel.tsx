import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { CheckField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Arrival, type Directory, listArrivals } from '../contract.ts';
import css from './directory.module.css';
import { t } from './messages.en.ts';

/** What a directory sent last, and what was refused and why. */
export function ArrivalsPanel({ directory }: { directory: Directory }) {
  const [isRefused, setRefused] = useState(false);
  const reading = useRead('directory', listArrivals, { id: directory.id, refused: isRefused ? 'true' : 'false' });
  return (
    <Panel title={t('directory.arrivals')} actions={<CheckField label={t('directory.arrivals.refused')} isOn={isRefused} onValue={setRefused} />}>
      <Asked reading={reading}>
        {({ items }) => (items.length === 0 ? <p className={`t2 ${css.pad}`}>{t(isRefused ? 'directory.arrivals.none.refused' : 'directory.arrivals.none')}</p> : (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
          <div className={css.arrivals} tabIndex={0} role="region" aria-label={`${t('directory.arrivals')}: ${directory.name}`}><ul>{items.map((arrival) => <One key={arrival.id} arrival={arrival} />)}</ul></div>
        ))}
      </Asked>
    </Panel>
  );
}

const One = ({ arrival: { at, what, about, status, why } }: { arrival: Arrival }) => (
  <li className={css.line}>
    <div className={css.what}>
      <span>{status < 400 ? <Tag look="ok">{t('directory.arrivals.done')}</Tag> : <Tag look="p2" icon="warning">{t('directory.arrivals.was-refused')}</Tag>} <b className="strong">{what}</b> {about} <span className="mono t3">{status}</span></span>
      {why !== null && <span>{why}</span>}
    </div>
    <TwoTimes at={at} />
  </li>
);
