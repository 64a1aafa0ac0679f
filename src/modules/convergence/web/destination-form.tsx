import { type ReactNode, useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, ChoiceGroup, FaultSummary, FilledIn, SelectField, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addDestination, changeDestination, type Destination, type Format, type MadeDestination } from '../contract.ts';
import { EVENT_KEYS, type EventKey } from '../rules.ts';
import css from './destinations.module.css';
import { t } from './messages.en.ts';
import { readFamilies } from './words.tsx';

const FORMATS = { webhook: ['parapet', 'ocsf'], syslog: ['rfc5424', 'cef', 'ocsf'] } as const;
const FIRST: readonly EventKey[] = ['alarms.raised', 'alarms.acknowledged', 'alarms.closed'];

type Draft = { name: string; address: string; format: Format; events: readonly EventKey[]; downTo: number; families: string; hasNarrative: boolean };
type FieldsProps = { draft: Draft; set: (change: Partial<Draft>) => void; transport: 'webhook' | 'syslog'; fault: (field: string) => string | undefined; addressHelp: string; isTried: boolean; where?: ReactNode };

/** The secret of a webhook, shown once. */
export const SecretOnce = ({ made, isNew = false, onClose }: { made: MadeDestination; isNew?: boolean; onClose: () => void }) => (
  <Dialog title={t('destinations.secret.title', { name: made.name })} onClose={onClose} actions={<Button size="large" look="filled" onClick={onClose}>{t('destinations.close')}</Button>}>
    <p>{t('destinations.secret.once', { name: made.name })} {isNew && t('destinations.secret.overlap')}</p>
    <FilledIn label={t('destinations.secret')} value={<code className={`mono ${css.secret ?? ''}`}>{made.secret}</code>} />
  </Dialog>
);

function Fields({ draft, set, transport, fault, addressHelp, isTried, where }: FieldsProps) {
  const toggle = (key: EventKey, isOn: boolean): void => set({ events: EVENT_KEYS.filter((one) => (one === key ? isOn : draft.events.includes(one))) });
  return (
    <>
      <TextField label={t('destinations.name')} help={t('destinations.name.help')} value={draft.name} onValue={(name) => set({ name })} error={fault('/name') ?? (isTried && draft.name.trim() === '' ? t('destinations.name.missing') : undefined)} autoComplete="off" />
      <TextField label={t('destinations.address')} help={addressHelp} value={draft.address} onValue={(address) => set({ address })} error={fault('/address')} autoComplete="off" spellCheck={false} autoCapitalize="off" />
      <SelectField label={t('destinations.format')} value={draft.format} onValue={(format) => set({ format: format as Format })} choices={FORMATS[transport].map((value) => ({ value, title: t(`destinations.format.${value}`) }))} error={fault('/format')} />
      {where}
      <fieldset className={css.events}>
        <legend>{t('destinations.events')}</legend>
        {EVENT_KEYS.map((key) => <CheckField key={key} label={t(`destinations.event.${key}`)} isOn={draft.events.includes(key)} onValue={(isOn) => toggle(key, isOn)} />)}
      </fieldset>
      {(fault('/events') ?? (isTried && draft.events.length === 0 ? t('destinations.events.missing') : null)) && <p role="alert">{fault('/events') ?? t('destinations.events.missing')}</p>}
      <SelectField label={t('destinations.down-to')} help={t('destinations.down-to.help')} value={String(draft.downTo)} onValue={(value) => set({ downTo: Number(value) })} choices={([4, 3, 2, 1] as const).map((value) => ({ value: String(value), title: t(`destinations.down-to.${value}`) }))} />
      <TextField label={t('destinations.families')} help={t('destinations.families.help')} value={draft.families} onValue={(families) => set({ families })} error={fault('/families')} isOptional autoComplete="off" spellCheck={false} />
      <CheckField label={t('destinations.narrative')} isOn={draft.hasNarrative} onValue={(hasNarrative) => set({ hasNarrative })} />
    </>
  );
}

const Frame = ({ title, act, isBusy, onSubmit, onClose, children }: { title: string; act: string; isBusy: boolean; onSubmit: () => void; onClose: () => void; children: ReactNode }) => (
  <Dialog title={title} size="wide" onClose={onClose} onSubmit={onSubmit} actions={<><Button type="submit" size="large" look="filled" isBusy={isBusy}>{act}</Button><Button size="large" onClick={onClose}>{t('destinations.cancel')}</Button></>}>{children}</Dialog>
);

const transportOf = (address: string): 'webhook' | 'syslog' => (address.trim().startsWith('syslog') ? 'syslog' : 'webhook');

/** Adds a destination, and shows its secret. */
export function AddDestination({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('convergence', addDestination);
  const [draft, setDraft] = useState<Draft>({ name: '', address: '', format: 'parapet', events: FIRST, downTo: 4, families: '', hasNarrative: false });
  const [where, setWhere] = useState<'all' | 'site'>('all');
  const [site, setSite] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<MadeDestination | null>(null);
  const transport = transportOf(draft.address);
  const format = (FORMATS[transport] as readonly Format[]).includes(draft.format) ? draft.format : FORMATS[transport][0];
  const siteFault = where === 'site' && site === null ? t('destinations.site.missing') : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (draft.name.trim() === '' || draft.events.length === 0 || siteFault) return;
    const added = await send({ ...draft, name: draft.name.trim(), address: draft.address.trim(), format, events: [...draft.events], families: readFamilies(draft.families), siteId: where === 'site' ? (site?.value ?? null) : null });
    announce(t('destinations.added', { name: added.name }));
    if (added.secret === null) onClose();
    else setMade(added);
  };
  if (made) return <SecretOnce made={made} onClose={onClose} />;
  return (
    <Frame title={t('destinations.new')} act={t('destinations.add')} isBusy={isBusy} onSubmit={() => void submit().catch(() => undefined)} onClose={onClose}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <Fields
        draft={{ ...draft, format }} set={(change) => setDraft((before) => ({ ...before, ...change }))} transport={transport} fault={(field) => problem?.of(field)} addressHelp={t('destinations.address.help')} isTried={isTried}
        where={<>
          <ChoiceGroup label={t('destinations.where')} value={where} onValue={(value) => setWhere(value === 'site' ? 'site' : 'all')} choices={[{ value: 'all', title: t('destinations.where.all') }, { value: 'site', title: t('destinations.where.site') }]} error={where === 'all' ? problem?.of('/siteId') : undefined} />
          {where === 'site' && <SitePicker label={t('destinations.site')} value={site} onValue={setSite} error={problem?.of('/siteId') ?? (isTried ? siteFault : undefined)} />}
        </>}
      />
    </Frame>
  );
}

/** Changes what a destination is told; of which sites, and by which way, it was said for good. */
export function ChangeDestination({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('convergence', changeDestination);
  const [version] = useState(destination.version);
  const [draft, setDraft] = useState<Draft>({ ...destination, address: '', families: destination.families.join(', ') });
  const [isTried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (draft.name.trim() === '' || draft.events.length === 0) return;
    const { name, address, format, events, downTo, families, hasNarrative } = draft;
    await send({ id: destination.id, name: name.trim(), format, events: [...events], downTo, families: readFamilies(families), hasNarrative, ...(address.trim() !== '' && { address: address.trim() }) }, { ifMatch: version });
    announce(t('destinations.changed', { name: name.trim() }));
    onClose();
  };
  return (
    <Frame title={t('destinations.change.of', { name: destination.name })} act={t('destinations.save')} isBusy={isBusy} onSubmit={() => void submit().catch(() => undefined)} onClose={onClose}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <Fields draft={draft} set={(change) => setDraft((before) => ({ ...before, ...change }))} transport={destination.transport} fault={(field) => problem?.of(field)} addressHelp={t('destinations.address.change')} isTried={isTried} />
    </Frame>
  );
}
