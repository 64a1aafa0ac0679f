import { Button } from '#ui/button.tsx';
import { t } from './messages.en.ts';
import css from './page.module.css';

const isOldPage = (error: unknown): boolean => error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);

/** A page that broke, or one of the version before an upgrade whose parts are no longer there. */
export function Broken({ error }: { error: unknown }) {
  const old = isOldPage(error);
  return (
    <div className={css.page} role="alert">
      <h1 className="title">{t(old ? 'shell.new-version' : 'shell.broken')}</h1>
      <p className="t2">{t(old ? 'shell.new-version.more' : 'shell.broken.more')}</p>
      {!old && error instanceof Error && <p className="mono t3">{error.message}</p>}
      <Button look="filled" onClick={() => location.reload()}>{t('shell.load-again')}</Button>
    </div>
  );
}
