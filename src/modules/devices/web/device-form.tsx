import { useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import type { ProblemError } from '#platform/web/call.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import type { DeviceDetail } from '../contract.ts';
import { CLIP_MODES, DEVICE_CODE, type DeviceKind } from '../rules.ts';
import css from './device.module.css';
import { KnownByField } from './known-by.tsx';
import { KIND_CHOICES, t } from './messages.en.ts';
import { DevicePicker } from './public.tsx';

const TEXTS = ['code', 'name', 'make', 'model', 'serial', 'firmware', 'address', 'installer', 'note', 'installedOn', 'warrantyUntil', 'endOfLifeOn', 'certificateUntil', 'expectedEveryS'] as const;
type Text = (typeof TEXTS)[number];
type Typed = Record<Text, string> & { kind: DeviceKind; clip: DeviceDetail['clip']; site: Option | null; behind: Option | null; points: Pick<DeviceDetail['points'][number], 'sourceId' | 'source' | 'point'>[] };

export type DeviceValues = {
  siteId: string | null; code: string; name: string; kind: DeviceKind; make: string; model: string; serial: string; firmware: string; address: string; installer: string; note: string;
  installedOn: string | null; warrantyUntil: string | null; endOfLifeOn: string | null; certificateUntil: string | null; expectedEveryS: number | null; behindId: string | null; clip: DeviceDetail['clip']; points?: { sourceId: string; point: string }[];
};

const typedOf = (device: DeviceDetail | null): Typed => ({
  ...(Object.fromEntries(TEXTS.map((key) => [key, device?.[key]?.toString() ?? ''])) as Record<Text, string>),
  kind: device?.kind ?? 'camera', clip: device?.clip ?? 'off', site: device?.siteId ? { value: device.siteId, title: device.site ?? t('devices.unknown') } : null, behind: device?.behindId ? { value: device.behindId, title: device.behind ?? t('devices.unknown') } : null, points: device?.points ?? [],
});

function faultsOf(typed: Typed): Partial<Record<Text, string>> {
  const found = {
    code: DEVICE_CODE.test(typed.code.trim()) ? undefined : t('devices.code.wrong'),
    name: typed.name.trim() ? undefined : t('devices.name.missing'),
    expectedEveryS: typed.expectedEveryS.trim() === '' || (/^\d{1,7}$/.test(typed.expectedEveryS.trim()) && Number(typed.expectedEveryS) >= 60) ? undefined : t('devices.every.wrong'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== undefined));
}

function valuesOf({ site, behind, points, ...typed }: Typed): DeviceValues {
  const day = (text: string): string | null => text || null;
  return {
    ...typed, code: typed.code.trim(), name: typed.name.trim(), siteId: site?.value ?? null, behindId: behind?.value ?? null, points: points.map(({ sourceId, point }) => ({ sourceId, point })),
    installedOn: day(typed.installedOn), warrantyUntil: day(typed.warrantyUntil), endOfLifeOn: day(typed.endOfLifeOn), certificateUntil: day(typed.certificateUntil), expectedEveryS: typed.expectedEveryS.trim() === '' ? null : Number(typed.expectedEveryS),
  };
}

type DeviceFormProps = { title: string; does: string; device: DeviceDetail | null; isBusy: boolean; problem: ProblemError | null; onSend: (values: DeviceValues) => void; onClose: () => void };

/** The facts of a device, new or known. */
export function DeviceForm({ title, does, device, isBusy, problem, onSend, onClose }: DeviceFormProps) {
  const [typed, setTyped] = useState(() => typedOf(device));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState<readonly { pointer: string; detail: string }[]>([]);
  const maySeeSources = useMay('signals:read');
  const faults = faultsOf(typed);
  const submit = (): void => {
    setLeft(new Set(TEXTS));
    const list = Object.entries(faults).map(([field, detail]) => ({ pointer: `/${field}`, detail }));
    setSubmitted(list);
    if (list.length === 0) onSend(valuesOf(typed));
  };
  const field = (name: Text) => ({
    value: typed[name],
    onValue: (value: string) => setTyped({ ...typed, [name]: value }),
    onLeave: () => typed[name] !== '' && setLeft(new Set([...left, name])),
    error: problem?.of(`/${name}`) ?? (left.has(name) ? faults[name] : undefined),
  });
  return (
    <Dialog title={title} size="wide" onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('devices.cancel')}</Button></>}>
      <FaultSummary faults={submitted} detail={problem?.detail} />
      <div className={css.form}>
        <TextField label={t('devices.code')} help={t('devices.code.help')} spellCheck={false} {...field('code')} />
        <TextField label={t('devices.name')} {...field('name')} />
        <SelectField label={t('devices.kind')} value={typed.kind} onValue={(kind) => setTyped({ ...typed, kind: kind as DeviceKind })} choices={KIND_CHOICES()} />
        <SitePicker label={t('devices.site')} isOptional value={typed.site} onValue={(site) => setTyped({ ...typed, site })} error={problem?.of('/siteId')} />
      </div>
      <DevicePicker label={t('devices.behind')} help={t('devices.behind.help')} isOptional value={typed.behind} onValue={(behind) => setTyped({ ...typed, behind })} without={device?.id} error={problem?.of('/behindId')} />
      {maySeeSources && <KnownByField value={typed.points} onValue={(points) => setTyped({ ...typed, points })} error={problem?.of('/points')} />}
      {typed.kind === 'camera' && <SelectField label={t('devices.clip')} help={t('devices.clip.help')} value={typed.clip} onValue={(clip) => setTyped({ ...typed, clip: clip as DeviceDetail['clip'] })} choices={CLIP_MODES.map((mode) => ({ value: mode, title: t(`devices.clip.${mode}`) }))} error={problem?.of('/clip')} />}
      <NumberField label={t('devices.every')} help={t('devices.every.help')} isOptional unit="s" {...field('expectedEveryS')} />
      <div className={css.form}>
        <TextField label={t('devices.make')} isOptional {...field('make')} />
        <TextField label={t('devices.model')} isOptional {...field('model')} />
        <TextField label={t('devices.serial')} isOptional spellCheck={false} {...field('serial')} />
        <TextField label={t('devices.firmware')} isOptional spellCheck={false} {...field('firmware')} />
        <TextField label={t('devices.address')} help={t('devices.address.help')} isOptional spellCheck={false} {...field('address')} />
        <TextField label={t('devices.installer')} isOptional {...field('installer')} />
        <TextField type="date" label={t('devices.installed')} isOptional {...field('installedOn')} />
        <TextField type="date" label={t('devices.warranty')} isOptional {...field('warrantyUntil')} />
        <TextField type="date" label={t('devices.certificate')} isOptional {...field('certificateUntil')} />
        <TextField type="date" label={t('devices.life')} isOptional {...field('endOfLifeOn')} />
      </div>
      <TextArea label={t('devices.note')} isOptional {...field('note')} />
    </Dialog>
  );
}
