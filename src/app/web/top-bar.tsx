import { signOut } from '#modules/identity/contract.ts';
import { leavePush } from '#platform/deliver/web/push.ts';
import { NoticeBell } from '#platform/notify/web/public.tsx';
import { SyncState, useLeaving } from '#platform/offline/web/public.tsx';
import { setSingleKeysAct, singleKeysAct } from '#platform/web/keys.ts';
import { Link, useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { useCurrentWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { Menu } from '#ui/menu.tsx';
import { Disc } from '#ui/tag.tsx';
import { Clocks } from './clocks.tsx';
import { ConnectionState } from './connection-state.tsx';
import { t } from './messages.en.ts';
import type { Room } from './modules.ts';
import { MuteState } from './mute-state.tsx';
import { pagesInOrder } from './room-pages.tsx';
import { useTheme } from './theme.ts';
import css from './top-bar.module.css';

type TopBarProps = { room: Room | undefined; title: string | undefined; /** A board shows no list of the room's pages: it stands behind the room's name. */ isBoard: boolean; onCommand: () => void; onKeys: () => void };

/** Where I am, the command bar, the connection, the clocks, me. */
export const TopBar = ({ room, title, isBoard, onCommand, onKeys }: TopBarProps) => (
  <header className={css.bar}>
    <Crumb room={room} title={title} isBoard={isBoard} />
    <button type="button" className={css.command} aria-label={t('shell.command')} aria-haspopup="dialog" onClick={onCommand}>
      <Icon name="search" />
      <span className="cut">{t('shell.command')}</span>
      <span className="space" />
      <KeyCap k="/" />
    </button>
    <MuteState />
    <NoticeBell />
    <SyncState />
    <ConnectionState />
    <Clocks />
    <Me onKeys={onKeys} />
  </header>
);

function Crumb({ room, title, isBoard }: Pick<TopBarProps, 'room' | 'title' | 'isBoard'>) {
  const where = useCurrentWhere();
  const go = useGo();
  const first = room && t(`room.${room.key}`);
  const second = where.title ?? title;
  const isOne = !second || second === first;
  if (isBoard && room && room.pages.length > 1 && isOne)
    return (
      <div className={cx(css.crumb, css.opens)}>
        <Menu edge="left" label={t('shell.pages', { room: first ?? '' })} trigger={<><b aria-hidden="true">{first}</b><Icon name="down" size={13} /><span className="unseen">{t('shell.pages', { room: first ?? '' })}</span></>} items={pagesInOrder(room).map(({ path, title: name }) => ({ title: name, run: () => go(path) }))} />
      </div>
    );
  return (
    <div className={css.crumb}>
      {first && (isOne ? <b>{first}</b> : <Link className={cx('desk-only', css.room)} to={room.pages[0]?.path ?? '/'}>{first}</Link>)}
      {first && !isOne && <span className={css.slash} aria-hidden="true">/</span>}
      {!isOne && <b className="cut">{second}</b>}
    </div>
  );
}

function Me({ onKeys }: Pick<TopBarProps, 'onKeys'>) {
  const me = useMe();
  const go = useGo();
  const signingOut = useSend('identity', signOut);
  const [theme, setTheme] = useTheme();
  const role = me.seeingAs ? t('shell.sees-as', { title: me.seeingAs.title }) : (me.roles[0]?.title ?? t('shell.no-role'));
  const leave = async (): Promise<void> => {
    await leavePush();
    await signingOut.send({});
    // A new page: nothing that was read stays in memory, nor the way back to it in the address.
    location.replace('/sign-in');
  };
  // What is kept on this device goes before who may read it does.
  const leaving = useLeaving(() => void leave().catch((problem: Error) => announce(problem.message)));
  const act = singleKeysAct();
  const turnKeys = (): void => {
    setSingleKeysAct(!act);
    announce(t(act ? 'shell.keys.now-off' : 'shell.keys.now-on'));
  };
  return (
    <>
    <Menu
      label={t('shell.me')}
      trigger={
        <>
          <Disc name={me.name} />
          <span className={css.who}>{me.name}<br /><span className="t3">{role}</span><span className="unseen">, {t('shell.me')}</span></span>
        </>
      }
      head={<><b>{me.name}</b><br /><span className="t2 small">{me.seeingAs ? role : me.roles.map((one) => one.title).join(', ') || t('shell.no-role')}<br />{me.organisation}</span></>}
      items={[
        { title: t(theme === 'dark' ? 'shell.theme.light' : 'shell.theme.dark'), icon: theme === 'dark' ? 'sun' : 'moon', run: () => setTheme(theme === 'dark' ? 'light' : 'dark') },
        { title: t('shell.account'), icon: 'person', run: () => go('/account') },
        { title: t('shell.keys.title'), icon: 'keys', run: onKeys },
        { title: t(act ? 'shell.keys.off' : 'shell.keys.on'), icon: 'keys', run: turnKeys },
        { title: t('shell.sign-out'), icon: 'out', run: leaving.begin },
      ]}
    />
    {leaving.dialog}
    </>
  );
}
