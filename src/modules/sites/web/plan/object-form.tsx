import { type ReactNode, useState } from 'react';
import { type Device, listDevices, readDevice } from '#modules/devices/contract.ts';
import { listSources } from '#modules/signals/contract.ts';
import { call } from '#platform/web/call.ts';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Picker } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { listSites, type Site } from '../../contract.ts';
import { type Drawing, type Mark, MARK_KINDS, type MarkKind, type Portal, PORTAL_KINDS, type PortalKind, type Zone } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import { cornersOf, cornersText, putMark, putPortal, putZone, rounded } from './edits.ts';
import css from './plan.module.css';

type FormProps = { floor: Site; drawing: Drawing; id: string; onChange: (next: Drawing) => void; onRemove: () => void };

/** What is known of the chosen object, to be changed by typing; each change is one step back. */
export function ObjectForm({ floor, drawing, id, onChange, onRemove }: FormProps) {
  const zone = drawing.zones.find((one) => one.id === id);
  const portal = drawing.portals.find((one) => one.id === id);
  const mark = drawing.marks.find((one) => one.id === id);
  const found = zone ?? portal ?? mark;
  if (!found) return null;
  return (
    <Panel title={t('plan.chosen', { name: found.name })} actions={<Button look="quiet" onClick={onRemove}>{t('plan.remove')}</Button>}>
      <div className={css.pad}>
        {zone && <ZoneForm floor={floor} zone={zone} onChange={(next) => onChange(putZone(drawing, next))} />}
        {portal && <PortalForm drawing={drawing} portal={portal} onChange={(next) => onChange(putPortal(drawing, next))} />}
        {mark && <MarkForm floor={floor} mark={mark} onChange={(next) => onChange(putMark(drawing, next))} />}
      </div>
    </Panel>
  );
}

/** Text that takes effect on leaving it or by Enter, where it can be read; else it says why not. */
function useCommitted<T>(value: string, read: (text: string) => T | null, wrong: string, commit: (value: T) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  const [isWrong, setWrong] = useState(false);
  const leave = (): void => {
    if (typed === null || typed === value) return setTyped(null);
    const found = read(typed);
    setWrong(found === null);
    if (found === null) return;
    setTyped(null);
    commit(found);
  };
  return { value: typed ?? value, onValue: setTyped, onLeave: leave, error: isWrong && typed !== null ? wrong : undefined };
}

const nameFrom = (text: string): string | null => text.trim().slice(0, 80) || null;
const NUMBER = /^-?\d{1,5}([.,]\d{1,3})?$/;
const numberFrom = (text: string): number | null => (NUMBER.test(text.trim()) ? Number(text.trim().replace(',', '.')) : null);
const onEnter = (leave: () => void) => ({ onKeyDown: (event: { key: string }) => { if (event.key === 'Enter') leave(); } });

const NameField = ({ value, commit }: { value: string; commit: (name: string) => void }) => {
  const field = useCommitted(value, nameFrom, t('sites.name.missing'), commit);
  return <TextField label={t('sites.name')} maxLength={80} {...field} {...onEnter(field.onLeave)} />;
};

const MetreField = ({ label, value, commit }: { label: string; value: number; commit: (metres: number) => void }) => {
  const field = useCommitted(String(value), numberFrom, t('plan.number.wrong'), commit);
  return <NumberField label={label} unit="m" {...field} {...onEnter(field.onLeave)} />;
};

const AtFields = ({ at: [x, y], commit }: { at: [number, number]; commit: (at: [number, number]) => void }): ReactNode => (
  <div className={css.two}>
    <MetreField label={t('plan.globe.x')} value={x} commit={(next) => commit(rounded([next, y]))} />
    <MetreField label={t('plan.globe.y')} value={y} commit={(next) => commit(rounded([x, next]))} />
  </div>
);

function ZoneForm({ floor, zone, onChange }: { floor: Site; zone: Zone; onChange: (zone: Zone) => void }) {
  const corners = useCommitted(cornersText(zone.ring), cornersOf, t('plan.corners.wrong'), (ring) => onChange({ ...zone, ring: ring.map(rounded) }));
  const below = useList('sites', listSites, { under: floor.id, state: 'active', limit: 200 });
  const choices = (below.data ?? []).filter(({ id }) => id !== floor.id).map(({ id, name }) => ({ value: id, title: name }));
  return (
    <>
      <NameField value={zone.name} commit={(name) => onChange({ ...zone, name })} />
      <TextArea label={t('plan.corners')} help={t('plan.corners.help')} rows={Math.min(10, zone.ring.length + 1)} {...corners} />
      {choices.length > 0 && <SelectField label={t('plan.zone.site')} help={t('plan.zone.site.help')} isOptional value={zone.siteId ?? ''} onValue={(siteId) => onChange({ ...zone, siteId: siteId || null })} choices={choices} placeholder="" />}
    </>
  );
}

function PortalForm({ drawing, portal, onChange }: { drawing: Drawing; portal: Portal; onChange: (portal: Portal) => void }) {
  const choices = drawing.zones.map(({ id, name }) => ({ value: id, title: name }));
  const side = (which: 0 | 1) => (
    <SelectField label={t(which === 0 ? 'plan.portal.one' : 'plan.portal.other')} value={portal.between[which] ?? ''} onValue={(zone) => onChange({ ...portal, between: which === 0 ? [zone || null, portal.between[1]] : [portal.between[0], zone || null] })} choices={choices} placeholder={t('plan.outside')} />
  );
  return (
    <>
      <NameField value={portal.name} commit={(name) => onChange({ ...portal, name })} />
      <SelectField label={t('sites.kind')} value={portal.kind} onValue={(kind) => onChange({ ...portal, kind: kind as PortalKind })} choices={PORTAL_KINDS.map((kind) => ({ value: kind, title: t(`plan.portal.${kind}`) }))} />
      <div className={css.two}>{side(0)}{side(1)}</div>
      <AtFields at={portal.at} commit={(at) => onChange({ ...portal, at })} />
    </>
  );
}

const degreesFrom = (text: string): number | 'none' | null => {
  if (text.trim() === '') return 'none';
  const degrees = numberFrom(text);
  return degrees === null ? null : ((degrees % 360) + 360) % 360;
};

function MarkForm({ floor, mark, onChange }: { floor: Site; mark: Mark; onChange: (mark: Mark) => void }) {
  const facing = useCommitted(mark.facingDeg === null ? '' : String(mark.facingDeg), degreesFrom, t('plan.number.wrong'), (degrees) => onChange({ ...mark, facingDeg: degrees === 'none' ? null : degrees }));
  return (
    <>
      <NameField value={mark.name} commit={(name) => onChange({ ...mark, name })} />
      <SelectField label={t('sites.kind')} value={mark.kind} onValue={(kind) => onChange({ ...mark, kind: kind as MarkKind })} choices={MARK_KINDS.map((kind) => ({ value: kind, title: t(`plan.mark.${kind}`) }))} />
      <AtFields at={mark.at} commit={(at) => onChange({ ...mark, at })} />
      <NumberField label={t('plan.mark.facing')} help={t('plan.mark.facing.help')} unit="°" isOptional {...facing} {...onEnter(facing.onLeave)} />
      <FromRegister floor={floor} mark={mark} onChange={onChange} />
      <Binding mark={mark} onChange={onChange} />
    </>
  );
}

const KIND_OF: Partial<Record<Device['kind'], MarkKind>> = { camera: 'camera', reader: 'reader', lock: 'reader', detector: 'detector', sensor: 'contact', panel: 'panel', controller: 'panel', intercom: 'intercom', button: 'panic' };

/** Takes name, kind and the first point of a device in the register; the mark is that device from then on. */
function FromRegister({ floor, mark, onChange }: { floor: Site; mark: Mark; onChange: (mark: Mark) => void }) {
  const mayRead = useMay('devices:read');
  const [words, setWords] = useState('');
  const under = floor.parentId ?? floor.id;
  const list = useList('devices', listDevices, { state: 'active', under, q: words || undefined, limit: 30 }, { isOn: mayRead });
  const known = useRead('devices', readDevice, { id: mark.deviceId ?? '' }, { isOn: mayRead && mark.deviceId !== null });
  const choose = async (id: string | null): Promise<void> => {
    if (id === null) return onChange({ ...mark, deviceId: null });
    const { name, kind, points } = await call('devices', readDevice, { id });
    onChange({ ...mark, deviceId: id, name: name.slice(0, 80), kind: KIND_OF[kind] ?? 'other', sourceId: points[0]?.sourceId ?? mark.sourceId, point: points[0]?.point || mark.point });
  };
  if (!mayRead) return null;
  const value = mark.deviceId === null ? null : { value: mark.deviceId, title: known.data?.name ?? mark.name };
  return <Picker label={t('plan.mark.device')} help={t('plan.mark.device.help')} isOptional value={value} onValue={(option) => void choose(option?.value ?? null).catch(() => undefined)} onWords={setWords} isSearching={list.state === 'waiting'} options={(list.data ?? []).map(({ id, name, code }) => ({ value: id, title: name, note: code }))} />;
}

/** How alarms name the device: their source, and its point there. */
function Binding({ mark, onChange }: { mark: Mark; onChange: (mark: Mark) => void }) {
  const maySee = useMay('signals:read');
  const sources = useList('signals', listSources, { limit: 200 }, { isOn: maySee });
  const point = useCommitted(mark.point ?? '', (text) => text.trim().slice(0, 120), '', (text) => onChange({ ...mark, point: text || null }));
  if (!maySee) return null;
  return (
    <>
      <SelectField label={t('plan.mark.source')} help={t('plan.mark.source.help')} isOptional value={mark.sourceId ?? ''} onValue={(sourceId) => onChange({ ...mark, sourceId: sourceId || null })} choices={(sources.data ?? []).map(({ id, name }) => ({ value: id, title: name }))} placeholder="" />
      {mark.sourceId && <TextField label={t('plan.mark.point')} help={t('plan.mark.point.help')} {...point} {...onEnter(point.onLeave)} />}
    </>
  );
}
