import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import css from './copy-box.module.css';
import { t } from './messages.en.ts';

/** A machine's word that is copied whole: a secret, a hash, a command. */
export function CopyBox({ text, label }: { text: string; label: string }) {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    announce(t('identity.keys.copied'));
  };
  return (
    <div className={css.box}>
      <code className="mono" role="group" aria-label={label}>{text}</code>
      <Button onClick={() => void copy().catch(() => undefined)}>{t('identity.keys.copy')}</Button>
    </div>
  );
}
