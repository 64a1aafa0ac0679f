import { useWhere } from '#platform/web/where.ts';
import { LinkButton } from '#ui/button.tsx';
import { t } from './messages.en.ts';
import css from './page.module.css';

/** What isn't there, and what isn't for the reader: the same page. */
export function NotFound() {
  useWhere({ title: t('shell.not-found') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('shell.not-found')}</h1>
      <p className="t2">{t('shell.not-found.more')}</p>
      <LinkButton to="/">{t('shell.home')}</LinkButton>
    </div>
  );
}
