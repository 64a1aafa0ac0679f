import { useState } from 'react';
import { RecordLink, useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { listCases } from '../contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { type From, OpenDialog } from './open-dialog.tsx';
import { StateOf } from './words.tsx';

const MOST = 10;

/** The cases that came from an incident or alarm, for who stands in their rooms, and a way to open one. Who may neither sees nothing at all. */
export function CasesFrom({ from, Part, className }: { from: From; Part?: 'h2' | 'h3'; className?: string | undefined }) {
  const mayRead = useMay('cases:read');
  const mayOpen = useMay('cases:open');
  const list = useList('cases', listCases, { fromId: from.id, limit: MOST }, { isOn: mayRead });
  const [isOpening, setOpening] = useState(false);
  const go = useGo();
  const known = mayRead ? (list.data ?? []) : [];
  if (!mayOpen && known.length === 0) return null;
  const open = mayOpen && <Button onClick={() => setOpening(true)}>{t('cases.open')}</Button>;
  const body = known.length > 0 && (
    <ul className={css.items}>{known.map((row) => <li key={row.id} className={css.item}><span className={css.itemWords}><span><RecordLink kind="cases.case" id={row.id}>{row.title}</RecordLink> <span className="mono t2 nowrap">{row.number}</span></span></span><StateOf state={row.state} /></li>)}</ul>
  );
  return (
    <>
      {Part ? <section className={className} aria-label={t('cases')}><Part className="label">{t('cases')}</Part>{body}{open}</section> : <Panel title={t('cases')} actions={open}>{body || <p className={css.pad}><span className="t3">{t('cases.from.none')}</span></p>}</Panel>}
      {isOpening && <OpenDialog from={from} onClose={() => setOpening(false)} onOpened={(id) => go(`/cases/${id}`)} />}
    </>
  );
}
