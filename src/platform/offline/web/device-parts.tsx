import { useState } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Device, KEPT_DAYS, wipeDevice, wipePeoplesDevice } from '../contract.ts';
import css from './offline.module.css';
import { t } from './messages.en.ts';
import { sync } from './sync.ts';
import { useDevice } from './use-device.ts';

const LOOK = { 'in use': 'ok', silent: 'p2', 'to be wiped': 'p1', wiped: 'plain', left: 'plain' } as const;

export const DeviceState = ({ device }: { device: Device }) => <Tag look={LOOK[device.state]}>{t(`offline.state.${device.state}`)}</Tag>;

/** One device: how it stands, what it holds, and the order to wipe it. */
export function DeviceItem({ device, of }: { device: Device; of: 'mine' | 'anyone' }) {
  const { state } = useDevice();
  const [isAsking, setAsking] = useState(false);
  const isHere = state.meta?.deviceId === device.id;
  const isUsed = device.state === 'in use' || device.state === 'silent';
  return (
    <li className={css.device}>
      <div className={css.deviceHead}>
        <b>{of === 'anyone' ? `${device.person}, ${device.label}` : device.label}</b>
        {isHere && <Tag look="act">{t('offline.device.here')}</Tag>}
        <DeviceState device={device} />
        <span className="space" />
        {isUsed && <Button look="danger" onClick={() => setAsking(true)}>{t('offline.wipe')}<span className="unseen"> {device.person}, {device.label}</span></Button>}
      </div>
      <p className="t2 small row">
        <span>{t('offline.device.seen')} <TwoTimes at={device.seenAt} /></span>
        {device.unsent > 0 && <span>{t('offline.device.unsent.n', { n: device.unsent })}</span>}
        {isUsed && <span>{t('offline.device.sessions.n', { n: device.sessions })}</span>}
      </p>
      {device.wipeAt !== null && <p className="small"><TwoTimes at={device.wipeAt} /> {t('offline.device.wiped-by', { who: device.wipeBy ?? '', why: device.wipeReason ?? '' })} {device.wipedAt === null ? t('offline.device.not-yet') : <>{t('offline.device.wiped-at')} <TwoTimes at={device.wipedAt} /></>}</p>}
      <p className="small"><span className="t2">{t('offline.device.holds')}: </span>{device.records.length === 0 ? t('offline.device.holds.none') : device.records.map((record, at) => <span key={record.id}>{at > 0 && ', '}<RecordLink kind={record.kind} id={record.id}>{[record.number, record.title].filter(Boolean).join(' ')}</RecordLink></span>)}</p>
      {isAsking && <WipeDialog device={device} of={of} onClose={() => setAsking(false)} />}
    </li>
  );
}

function WipeDialog({ device, of, onClose }: { device: Device; of: 'mine' | 'anyone'; onClose: () => void }) {
  const mine = useSend('offline', wipeDevice);
  const anyones = useSend('offline', wipePeoplesDevice);
  const { isBusy, problem } = of === 'mine' ? mine : anyones;
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = reason.trim().length < 3;
  const wipe = async (): Promise<void> => {
    setChecked(true);
    if (lacks) return;
    const sent = of === 'mine' ? mine.send({ id: device.id, reason: reason.trim() }) : anyones.send({ deviceId: device.id, reason: reason.trim() });
    await sent.then(() => {
      announce(t('offline.wipe.done'));
      onClose();
      sync.now();
    }, () => undefined);
  };
  return (
    <Dialog title={t('offline.wipe.title', { name: device.label })} onClose={onClose} onSubmit={() => void wipe()} actions={<><Button onClick={onClose}>{t('offline.cancel')}</Button><Button type="submit" look="danger" isBusy={isBusy}>{t('offline.wipe')}</Button></>}>
      <div className={css.said}>
        {problem && <FaultSummary faults={[]} detail={problem.detail} />}
        <p>{t('offline.wipe.what', { n: KEPT_DAYS })}</p>
        {device.unsent > 0 && <p className="strong">{t('offline.wipe.unsent', { n: device.unsent })}</p>}
        <TextField label={t('offline.wipe.reason')} value={reason} onValue={setReason} maxLength={300} error={isChecked && lacks ? t('offline.wipe.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}
