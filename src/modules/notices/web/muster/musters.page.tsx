import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listMusters, type Muster } from '../../muster-contract.ts';
import { t } from './messages.en.ts';
import { OpenMuster } from './open-dialog.tsx';
import { MusterState } from './words.tsx';

const COLUMNS: readonly Column<Muster>[] = [
  { key: 'number', title: t('musters.number'), width: 140, cell: (one) => <span className="mono t2 nowrap">{one.number}</span> },
  { key: 'title', title: t('musters.what'), cell: (one) => <b className="strong cut">{one.title}</b> },
  { key: 'state', title: t('musters.state'), width: 120, cell: (one) => <MusterState {...one} /> },
  { key: 'missing', title: t('musters.missing'), width: 130, cell: (one) => <span className="nowrap">{t('musters.of', { n: one.missing, total: one.expected })}</span> },
  { key: 'opened', title: t('musters.opened'), width: 230, cell: (one) => <TwoTimes at={one.openedAt} /> },
  { key: 'site', title: t('musters.site'), isSpare: true, width: 160, cell: (one) => <span className="t2 cut">{one.site ?? t('musters.site.none')}</span> },
];

/** Roll calls, newest first. */
export default function MustersPage() {
  const go = useGo();
  const mayOpen = useMay('notices:muster');
  const [isOpening, setOpening] = useState(false);
  useWhere({ title: t('musters.title') });
  useCommands(mayOpen ? [{ key: 'C', title: t('musters.open'), run: () => setOpening(true) }] : []);
  const list = useList('notices', listMusters, {});
  return (
    <>
      <ListPage title={t('musters.title')} actions={mayOpen && <Button look="filled" keyCap="C" onClick={() => setOpening(true)}>{t('musters.open')}</Button>} filters={null} foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null} peek={null}>
        <Asked reading={list}>{(all) => (all.length === 0 ? <Empty>{t('musters.empty')}</Empty> : (
          <DataTable
            label={t('musters.title')} columns={COLUMNS} rows={all} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/roll-calls/${id}`)} more={list.more} isReadingMore={list.isReadingMore}
            phone={(one) => ({ title: one.title, second: [one.number, t(`musters.state.${one.state}`), one.site].filter(Boolean).join(' · '), right: <span className="nowrap">{t('musters.of', { n: one.missing, total: one.expected })}</span> })}
          />
        ))}</Asked>
      </ListPage>
      {isOpening && <OpenMuster onClose={() => setOpening(false)} />}
    </>
  );
}
