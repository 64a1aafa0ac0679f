import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Tag } from '#ui/tag.tsx';
import type { Command } from './device.ts';
import css from './offline.module.css';
import { t } from './messages.en.ts';
import { device, sync } from './sync.ts';

/** How far something is that was written here, and what to do where it was refused. */
export function WaitingCommand({ command }: { command: Command }) {
  const [isAsking, setAsking] = useState(false);
  const again = (): void => void device.mark(command, { state: 'saved' }).then(() => sync.now());
  return (
    <div className={css.waiting}>
      <Tag look={command.state === 'refused' ? 'p1' : 'p2'} icon={command.state === 'sending' ? 'up' : command.state === 'refused' ? 'warning' : 'clock'}>{t(`offline.command.${command.state}`)}</Tag>
      {command.state === 'refused' && (
        <>
          <p className="small" role="alert">{command.detail}</p>
          <Button onClick={again}>{t('offline.command.again')}</Button>
          <Button look="quiet" onClick={() => setAsking(true)}>{t('offline.command.discard')}</Button>
        </>
      )}
      {isAsking && (
        <Dialog title={t('offline.command.discard.title')} onClose={() => setAsking(false)} actions={<><Button onClick={() => setAsking(false)}>{t('offline.cancel')}</Button><Button look="danger" onClick={() => void device.forget(command)}>{t('offline.command.discard')}</Button></>}>
          <p>{t('offline.command.discard.what')}</p>
          <p className={css.quote}>{command.words}</p>
        </Dialog>
      )}
    </div>
  );
}
