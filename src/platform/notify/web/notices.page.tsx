import { LinkButton } from '#ui/button.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { Link } from '#platform/web/navigation.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import { acknowledgeNotice, listNotices, markAllRead, markRead, type Notice } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notify.module.css';
import { aboutWords, isAsking, noticeWords } from './words.ts';

const STATES = ['all', 'unread'] as const;
const VIEW = viewOf({ state: one(STATES) });

export default function NoticesPage() {
  const [view, setView] = useView(VIEW);
  const list = useList('notify', listNotices, { state: view.state });
  const readingAll = useSend('notify', markAllRead);
  useWhere({ title: t('notify.notices') });
  const readAll = async (): Promise<void> => announce(t('notify.read-all.done', { n: (await readingAll.send({})).count }));
  return (
    <div className={css.page}>
      <div className={css.top}>
        <h1 className="title">{t('notify.notices')}</h1>
        <FilterSelect label={t('notify.which')} value={view.state} all="all" onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`notify.which.${value}`) }))} />
        <span className="space" />
        {list.data?.some((notice) => notice.readAt === null && !isAsking(notice)) && <Button isBusy={readingAll.isBusy} onClick={() => void readAll().catch((problem: Error) => announce(problem.message))}>{t('notify.read-all')}</Button>}
        <LinkButton to="/notices/settings">{t('notify.how')}</LinkButton>
      </div>
      <Panel title={t('notify.notices')}>
        <Asked reading={list}>
          {(notices) => notices.length === 0 ? <Empty>{t(view.state === 'unread' ? 'notify.none.unread' : 'notify.none')}</Empty> : (
            <>
              <ul>{notices.map((notice) => <One key={notice.id} notice={notice} />)}</ul>
              {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('notify.more')}</Button>}
            </>
          )}
        </Asked>
      </Panel>
    </div>
  );
}

/** One notice: what, about what, how it went out, and what is to be done with it. */
export function One({ notice }: { notice: Notice }) {
  const reading = useSend('notify', markRead);
  const acknowledging = useSend('notify', acknowledgeNotice);
  const about = aboutWords(notice);
  const title = noticeWords(notice);
  const acknowledge = async (): Promise<void> => {
    await acknowledging.send({ id: notice.id });
    announce(t('notify.acknowledged'));
  };
  const fail = (problem: Error): void => announce(problem.message);
  return (
    <li className={cx(css.notice, notice.readAt !== null && css.seen)}>
      <div className={css.what}>
        {notice.readAt === null && <span className="unseen">{t('notify.unread')}</span>}
        {isAsking(notice) && <Tag look="p1" icon="warning">{t('notify.urgent')}</Tag>}
        {notice.isOver && <Tag>{t('notify.over')}</Tag>}
        <b className="strong">{notice.title}</b>
        {notice.record?.isWalled && <WallLock label={t('notify.walled')} />}
        {about && <Link to={`/notices/${notice.id}`}>{about}</Link>}
      </div>
      <div className={css.does}>
        {isAsking(notice) && <Button isBusy={acknowledging.isBusy} aria-label={t('notify.acknowledge.of', { title })} onClick={() => void acknowledge().catch(fail)}>{t('notify.acknowledge')}</Button>}
        {notice.readAt === null && !isAsking(notice) && <Button look="quiet" isBusy={reading.isBusy} aria-label={t('notify.read.of', { title })} onClick={() => void reading.send({ id: notice.id }).catch(fail)}>{t('notify.read')}</Button>}
      </div>
      <div className={cx(css.facts, 't2', 'small')}>
        <TwoTimes at={notice.at} />
        {notice.acknowledgedAt !== null && <span>{t('notify.acknowledged.at')} <TwoTimes at={notice.acknowledgedAt} /></span>}
        {notice.sent.map((one, at) => <span key={at} title={one.reason}>{t(`notify.sent.${one.channel}`)}: {t(`notify.state.${one.state}`)}{one.reason !== '' && one.state !== 'sent' && one.state !== 'delivered' ? ` (${one.reason})` : ''}</span>)}
      </div>
    </li>
  );
}
