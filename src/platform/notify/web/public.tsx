import { call } from '#platform/web/call.ts';
import { useLive } from '#platform/web/live.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useRead } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { Menu } from '#ui/menu.tsx';
import { countNotices, listNotices, readNotice } from '../contract.ts';
import css from './bell.module.css';
import { t } from './messages.en.ts';
import { noticeWords } from './words.ts';

const LATEST = 8;

/** The bell in the top bar: how many notices are unread, the latest of them, and a word when an urgent one comes. */
export function NoticeBell() {
  const go = useGo();
  const count = useRead('notify', countNotices, {});
  const latest = useList('notify', listNotices, { state: 'unread', limit: LATEST });
  useLive('notify.told', ({ id }) => {
    if (id === null) return;
    // What cannot be read any more is not announced.
    call('notify', readNotice, { id }).then((notice) => announce(noticeWords(notice), { title: t('notify.open'), run: () => go(`/notices/${notice.id}`) }), () => undefined);
  });
  const { unread, urgent } = count.data ?? { unread: 0, urgent: 0 };
  const words = unread === 0 ? t('notify.bell.none') : t('notify.bell', { n: unread });
  return (
    <Menu
      label={t('notify.bell.list')}
      className={css.bell}
      trigger={<><Icon name="bell" />{unread > 0 && <span className={cx(css.count, urgent > 0 && css.urgent)} aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}<span className="unseen">{words}</span></>}
      head={<b>{words}</b>}
      items={[
        ...(latest.data ?? []).slice(0, LATEST).map((notice) => ({ title: noticeWords(notice), icon: notice.urgent ? ('warning' as const) : ('right' as const), run: () => go(`/notices/${notice.id}`) })),
        { title: t('notify.all'), icon: 'bell' as const, run: () => go('/notices') },
        { title: t('notify.how'), icon: 'admin' as const, run: () => go('/notices/settings') },
      ]}
    />
  );
}
