import { type ReactNode, useEffect, useState } from 'react';
import { Link } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Icon } from '#ui/icon.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listDevices } from '../contract.ts';
import { DeviceItem } from './device-parts.tsx';
import css from './offline.module.css';
import { t } from './messages.en.ts';
import { device, sync } from './sync.ts';
import { useDevice } from './use-device.ts';

export type { Command, DeviceState, Kept } from './device.ts';
export { DeviceLine } from './device-line.tsx';
export { registerTaking } from './sync.ts';
export { TakeAlong } from './take-along.tsx';
export { useDevice } from './use-device.ts';
export { WaitingCommand } from './waiting-command.tsx';

/** Keeps what was written here and begins to send it. Rejects with words for a person where it was not saved. */
export async function writeHere(command: Parameters<typeof device.write>[0]): Promise<void> {
  await device.write(command).catch((error: Error) => {
    throw new Error(error.name === 'QuotaExceededError' ? t('offline.full') : error.message === 'closed' ? t('offline.closed') : t('offline.failed', { why: error.message }));
  });
  sync.now();
}

/** Keeps a record here no more. Rejects with ProblemError where the server cannot be told: then it stays. */
export const leaveRecordBehind = (id: string): Promise<void> => sync.leaveBehind(id);

/** In the top bar, where this browser keeps anything: what waits, and the way to it. */
export function SyncState() {
  const { state } = useDevice();
  // Somebody may just have signed in.
  useEffect(() => sync.now(), []);
  if (state.kind !== 'open' && state.kind !== 'closed') return null;
  const refused = state.commands.filter((command) => command.state === 'refused').length;
  const unsent = state.commands.length - refused + state.unread;
  const words = refused > 0 ? t('offline.line.refused', { n: refused }) : unsent > 0 ? t('offline.line.saved', { n: unsent }) : t('offline.field');
  return (
    <Link to="/field" className={css.chip}>
      <Icon name={refused > 0 ? 'warning' : unsent > 0 ? 'clock' : 'down'} size={13} />
      <span className={unsent + refused > 0 ? undefined : 'desk-only'}>{words}</span>
      {unsent + refused === 0 && <span className="unseen phone-only">{words}</span>}
    </Link>
  );
}

/** Where the server does not answer: the way to what was taken along. */
export function OfflineDoor() {
  const { state } = useDevice();
  return state.kind === 'open' || state.kind === 'closed' ? <LinkButton to="/field" look="filled">{t('offline.door')}</LinkButton> : null;
}

/** My devices, for my account. */
export function OwnDevices() {
  const reading = useRead('offline', listDevices, {});
  return (
    <Panel title={t('offline.devices')}>
      <Asked reading={reading}>
        {({ items }) => items.length === 0 ? <Empty>{t('offline.devices.mine-none')}</Empty> : <ul className={css.devices}>{items.map((one) => <DeviceItem key={one.id} device={one} of="mine" />)}</ul>}
      </Asked>
    </Panel>
  );
}

/** Deletes what is kept here before somebody leaves; where something was not sent, `dialog` asks first. */
export function useLeaving(leave: () => void): { begin: () => void; dialog: ReactNode } {
  const { state } = useDevice();
  const [isAsking, setAsking] = useState(false);
  const unsent = state.commands.length + state.unread;
  const go = (): void => {
    setAsking(false);
    void sync.leave().then(leave, leave);
  };
  return {
    begin: () => (unsent > 0 ? setAsking(true) : go()),
    dialog: isAsking && (
      <Dialog title={t('offline.leave.title')} onClose={() => setAsking(false)} actions={<><Button onClick={() => setAsking(false)}>{t('offline.cancel')}</Button><Button look="danger" onClick={go}>{t('offline.leave.anyway')}</Button></>}>
        <p>{t('offline.leave.what', { n: unsent })}</p>
      </Dialog>
    ),
  };
}
