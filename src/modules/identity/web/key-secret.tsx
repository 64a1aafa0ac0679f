import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CopyBox } from './copy-box.tsx';
import { t } from './messages.en.ts';

export type MadeKey = { name: string; secret: string };

/** The secret of a key, shown once. */
export const KeySecret = ({ made, onClose }: { made: MadeKey; onClose: () => void }) => (
  <Dialog title={t('identity.keys.secret', { name: made.name })} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('identity.keys.kept')}</Button>}>
    <p className="strong">{t('identity.keys.secret.once')}</p>
    <CopyBox text={made.secret} label={t('identity.keys.secret', { name: made.name })} />
    <p className="t2">{t('identity.keys.secret.header')}</p>
  </Dialog>
);
