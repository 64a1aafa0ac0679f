import { useMe } from '#platform/web/session.tsx';
import css from './banners.module.css';
import { t } from './messages.en.ts';

/** What holds for everything on the screen, under the top bar, never dismissed. */
export function Banners() {
  const me = useMe();
  if (!me.demo) return null;
  return (
    <section className={css.banner} aria-label={t('shell.demo')}>
      <span className={css.words}><b>{t('shell.demo')}</b> {t('shell.demo.more', { organisation: me.organisation })}</span>
    </section>
  );
}
