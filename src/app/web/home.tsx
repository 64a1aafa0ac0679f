import { Navigate } from '@tanstack/react-router';
import { useMe } from '#platform/web/session.tsx';
import { t } from './messages.en.ts';
import { roomsFor } from './modules.ts';
import css from './page.module.css';

/** The door: goes to the first room that I may enter, or says that there is none. */
export function Home() {
  const me = useMe();
  const first = roomsFor(me.permissions)[0]?.pages[0];
  if (first) return <Navigate to={first.path} replace />;
  return <div className={css.page}><h1 className="title">{me.organisation}</h1><p className="t2">{t('shell.no-rooms', { organisation: me.organisation })}</p></div>;
}
