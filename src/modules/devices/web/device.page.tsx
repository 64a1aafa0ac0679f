import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { AlarmsOfDevice } from '#modules/alarms/web/public.tsx';
import { TasksOf } from '#modules/tasks/web/public.tsx';
import { WorkOfDevice } from '#modules/workorders/web/public.tsx';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { RecordLink } from '#platform/web/navigation.tsx';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { changeDevice, type DeviceDetail, listDevices, readDevice, restoreDevice, retireDevice } from '../contract.ts';
import { DeviceForm, type DeviceValues } from './device-form.tsx';
import { DeviceFacts, DeviceHealth, ReachTag } from './device-health.tsx';
import css from './device.module.css';
import { kindWord, t } from './messages.en.ts';
import { LivePicture } from './public.tsx';
import { ModelDialog } from './settings-dialogs.tsx';

const SHOWN_BEHIND = 20;

export default function DevicePage() {
  const { id = '' } = useParams({ strict: false });
  const reading = useRead('devices', readDevice, { id });
  return <AskedRecord title={t('devices.one')} reading={reading}>{(device) => <TheDevice key={device.id} device={device} />}</AskedRecord>;
}

function TheDevice({ device }: { device: DeviceDetail }) {
  const [open, setOpen] = useState<'change' | 'turn' | 'model' | null>(null);
  const [isShown, setShown] = useState(false);
  const mayWrite = useMay('devices:register');
  const mayView = useMay('devices:view-video');
  const maySeeTasks = useMay('tasks:read');
  const isActive = device.state === 'active';
  const hasModel = device.make !== '' && device.model !== '';
  const zone = device.timeZone ?? undefined;
  useWhere({ title: device.name, ...(device.site && device.timeZone && { site: { name: device.site, timeZone: device.timeZone } }) });
  useCommands(mayWrite ? [...(isActive ? [{ key: 'E', title: t('devices.change'), run: () => setOpen('change') }] : []), { title: t(isActive ? 'devices.retire' : 'devices.restore'), run: () => setOpen('turn') }] : []);
  const close = (): void => setOpen(null);
  return (
    <RecordPage
      number={device.code} title={device.name}
      state={<><State fill={isActive ? 'full' : 'ended'}>{t(`devices.state.${device.state}`)}</State><span className="t2">{kindWord(device.kind)}</span>{isActive && <ReachTag reach={device.reach} />}</>}
      actions={mayWrite && <>
        <Button onClick={() => setOpen('turn')}>{t(isActive ? 'devices.retire' : 'devices.restore')}</Button>
        {isActive && hasModel && <Button onClick={() => setOpen('model')}>{t('devices.model.set')}</Button>}
        {isActive && <Button keyCap="E" onClick={() => setOpen('change')}>{t('devices.change')}</Button>}
      </>}
    >
      <div className={css.two}>
        <Panel title={t('devices.health')}><div className={css.pad}><DeviceHealth device={device} /></div></Panel>
        {isActive && device.kind === 'camera' && device.points.length > 0 && mayView && <Panel title={t('devices.picture')}><div className={css.pad}>{isShown ? <LivePicture deviceId={device.id} name={device.name} siteZone={zone} /> : <Button onClick={() => setShown(true)}>{t('devices.picture.show')}</Button>}</div></Panel>}
        <Panel title={t('devices.facts')}><div className={css.pad}><DeviceFacts device={device} /></div></Panel>
        <Panel title={t('devices.behind')}><div className={css.pad}><Chain device={device} /></div></Panel>
        <WorkOfDevice device={device} />
        <AlarmsOfDevice deviceId={device.id} siteZone={zone} />
      </div>
      <Thread topic="devices" recordId={device.id} siteZone={zone} mayAdd={isActive} tasks={maySeeTasks && <Panel title={t('devices.tasks')}><TasksOf recordId={device.id} siteZone={zone} mayAdd={isActive} /></Panel>} />
      {open === 'change' && <Change device={device} onClose={close} />}
      {open === 'turn' && <Turn device={device} onClose={close} />}
      {open === 'model' && <ModelDialog device={device} onClose={close} />}
    </RecordPage>
  );
}

/** What it stands behind, nearest first, and what stands right behind it. */
function Chain({ device }: { device: DeviceDetail }) {
  const list = useList('devices', listDevices, { behind: device.id, state: 'active', limit: SHOWN_BEHIND }, { isOn: device.behindIt > 0 });
  return (
    <>
      {device.above.length === 0 ? <p className="t2">{device.behindId === null ? t('devices.behind.nothing') : t('devices.unknown')}</p> : (
        <ol className={css.list}>{device.above.map((one) => <li key={one.id}><RecordLink kind="devices.device" id={one.id}>{one.name}</RecordLink><ReachTag reach={one.reach} /></li>)}</ol>
      )}
      <h3 className={css.behind}>{t('devices.behindIt')}</h3>
      {device.behindIt === 0 ? <Empty>{t('devices.behindIt.none')}</Empty> : (
        <Asked reading={list}>{(devices) => (
          <>
            <ul className={css.list}>{devices.map((one) => <li key={one.id}><RecordLink kind="devices.device" id={one.id}>{one.name}</RecordLink><ReachTag reach={one.reach} /></li>)}</ul>
            {device.behindIt > devices.length && <p className="t2 small">{t('devices.behindIt.more')}</p>}
          </>
        )}</Asked>
      )}
    </>
  );
}

function Change({ device, onClose }: { device: DeviceDetail; onClose: () => void }) {
  const changing = useSend('devices', changeDevice);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [read] = useState(device);
  const maySeeSources = useMay('signals:read');
  const send = async ({ points, ...values }: DeviceValues): Promise<void> => {
    const { name } = await changing.send({ id: device.id, ...values, ...(maySeeSources && points && { points }) }, { ifMatch: read.version });
    announce(t('devices.saved', { name }));
    onClose();
  };
  return <DeviceForm title={`${t('devices.change')}: ${device.name}`} does={t('devices.save')} device={read} isBusy={changing.isBusy} problem={changing.problem} onSend={(values) => void send(values).catch(() => undefined)} onClose={onClose} />;
}

function Turn({ device, onClose }: { device: DeviceDetail; onClose: () => void }) {
  const retiring = useSend('devices', retireDevice);
  const restoring = useSend('devices', restoreDevice);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const isActive = device.state === 'active';
  const { isBusy, problem, send } = isActive ? retiring : restoring;
  const submit = async (): Promise<void> => {
    setMissing(reason.trim().length < 3);
    if (reason.trim().length < 3) return;
    await send({ id: device.id, reason: reason.trim() }, { ifMatch: device.version });
    announce(t(isActive ? 'devices.retired' : 'devices.restored', { name: device.name }));
    onClose();
  };
  const does = t(isActive ? 'devices.retire' : 'devices.restore');
  return (
    <Dialog title={`${does}: ${device.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look={isActive ? 'danger' : 'filled'} isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('devices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {isActive && <p className="t2">{t('devices.retire.what')}</p>}
      <TextArea label={t('devices.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isMissing && reason.trim().length < 3 ? t('devices.reason.missing') : undefined)} />
    </Dialog>
  );
}
