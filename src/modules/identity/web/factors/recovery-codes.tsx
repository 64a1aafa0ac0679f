import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import css from './factors.module.css';
import { t } from './messages.en.ts';

/** Ten codes, shown once, to be copied or printed. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(codes.join('\n'));
    announce(t('identity.codes.copied'));
  };
  return (
    <div className={css.setup}>
      <p>{t('identity.codes.what')}</p>
      <ul className={`${css.codes} mono`} aria-label={t('identity.codes')}>{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <span className="row">
        <Button onClick={() => void copy().catch(() => undefined)}>{t('identity.codes.copy')}</Button>
        <Button icon="print" onClick={() => print()}>{t('identity.codes.print')}</Button>
      </span>
      <Button look="filled" size="large" onClick={onKept}>{t('identity.codes.kept')}</Button>
    </div>
  );
}
