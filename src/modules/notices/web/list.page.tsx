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
import { listNotices, type Notice } from '../contract.ts';
import { t } from './messages.en.ts';
import { NoticeState } from './words.tsx';

const answeredWords = ({ question, answered, size }: Notice): string => (question === 'none' ? '' : t('notices.of', { n: answered, total: size }));

const COLUMNS: readonly Column<Notice>[] = [
  { key: 'number', title: t('notices.number'), width: 140, cell: (one) => <span className="mono t2 nowrap">{one.number}</span> },
  { key: 'title', title: t('notices.what'), cell: (one) => <b className="strong cut">{one.title}</b> },
  { key: 'state', title: t('notices.state'), width: 200, cell: (one) => <NoticeState {...one} /> },
  { key: 'reached', title: t('notices.reached'), width: 120, cell: (one) => <span className="nowrap">{t('notices.of', { n: one.reached, total: one.size })}</span> },
  { key: 'answered', title: t('notices.answered'), width: 120, cell: (one) => <span className="nowrap">{answeredWords(one)}</span> },
  { key: 'made', title: t('notices.made'), width: 230, cell: (one) => <TwoTimes at={one.madeAt} /> },
  { key: 'site', title: t('notices.site'), isSpare: true, width: 160, cell: (one) => <span className="t2 cut">{one.site ?? t('notices.site.none')}</span> },
];

/** The notifications that I may see. */
export default function NotificationsPage() {
  const go = useGo();
  const mayPrepare = useMay('notices:prepare');
  useWhere({ title: t('notices.title') });
  const begin = (): void => go('/notifications/new');
  useCommands(mayPrepare ? [{ key: 'C', title: t('notices.new'), run: begin }] : []);
  const list = useList('notices', listNotices, {});
  return (
    <ListPage title={t('notices.title')} actions={mayPrepare && <Button look="filled" keyCap="C" onClick={begin}>{t('notices.new')}</Button>} filters={null} foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null} peek={null}>
      <Asked reading={list}>{(all) => (all.length === 0 ? <Empty>{t('notices.empty')}</Empty> : (
        <DataTable
          label={t('notices.title')} columns={COLUMNS} rows={all} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/notifications/sent/${id}`)} more={list.more} isReadingMore={list.isReadingMore}
          phone={(one) => ({ title: one.title, second: [one.number, t(`notices.state.${one.state}`), one.site].filter(Boolean).join(' · '), right: <span className="nowrap">{t('notices.of', { n: one.reached, total: one.size })}</span> })}
        />
      ))}</Asked>
    </ListPage>
  );
}
