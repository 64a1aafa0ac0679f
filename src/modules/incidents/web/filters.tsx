import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, TextField } from '#ui/field.tsx';
import { Chip } from '#ui/list-page.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { dayWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { readSite } from '#modules/sites/contract.ts';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { type Classification, type IncidentRow, IncidentState } from '../contract.ts';
import { typeTitle } from './classification.ts';
import css from './incidents.module.css';
import type { IncidentsView } from './list.page.tsx';
import { t } from './messages.en.ts';
import { typeOption, TypePicker } from './pickers.tsx';
import { severityName } from './severity.tsx';

type OnView = (change: Partial<IncidentsView>) => void;
type FiltersProps = { view: IncidentsView; onView: OnView; classification: Classification | undefined; rows: readonly IncidentRow[]; onAdd: () => void };

const day = (iso: string): string => dayWords(wallAt(new Date(iso), readersZone()), new Date().getFullYear());

/** The filters in force as chips, and how to add one. */
export function Filters({ view, onView, classification, rows, onAdd }: FiltersProps) {
  const me = useMe();
  const site = useRead('sites', readSite, { id: view.site ?? '' }, { isOn: view.site !== undefined });
  const lead = view.lead === me.personId ? t('incidents.filter.me') : (rows.find(({ commanderId }) => commanderId === view.lead)?.commander ?? t('incidents.filter.someone'));
  return (
    <>
      {view.state.length > 0 && <Chip name={t('incidents.state')} value={view.state.map((state) => t(`incidents.state.${state}`)).join(', ')} onRemove={() => onView({ state: [] })} />}
      {view.severity.length > 0 && <Chip name={t('incidents.severity')} value={view.severity.map((one) => severityName(Number(one))).join(', ')} onRemove={() => onView({ severity: [] })} />}
      {view.type && <Chip name={t('incidents.type')} value={typeTitle(classification, view.type) ?? view.type} onRemove={() => onView({ type: undefined })} />}
      {view.site && <Chip name={t('incidents.site')} value={site.data?.name ?? '…'} onRemove={() => onView({ site: undefined })} />}
      {view.lead && <Chip name={t('incidents.lead')} value={lead} onRemove={() => onView({ lead: undefined })} />}
      {view.from && <Chip name={t('incidents.began')} value={t('incidents.filter.since', { day: day(view.from) })} onRemove={() => onView({ from: undefined })} />}
      {view.to && <Chip name={t('incidents.began')} value={t('incidents.filter.before', { day: day(view.to) })} onRemove={() => onView({ to: undefined })} />}
      {view.q && <Chip name={t('incidents.filter.words')} value={view.q} onRemove={() => onView({ q: undefined })} />}
      <Button look="quiet" icon="filter" keyCap="F" onClick={onAdd}>{t('incidents.filter.add')}</Button>
    </>
  );
}

type FilterDialogProps = { view: IncidentsView; onView: OnView; classification: Classification | undefined; onClose: () => void };

const toggled = <T,>(chosen: readonly T[], one: T, isOn: boolean): T[] => (isOn ? [...chosen.filter((other) => other !== one), one] : chosen.filter((other) => other !== one));

/** All filters together; what is chosen goes into the URL. */
export function FilterDialog({ view, onView, classification, onClose }: FilterDialogProps) {
  const [draft, setDraft] = useState(view);
  const [site, setSite] = useState<Option | null>(null);
  const put = (change: Partial<IncidentsView>): void => setDraft((before) => ({ ...before, ...change }));
  const show = (): void => {
    onView({ ...draft, ...(site && { site: site.value }) });
    onClose();
  };
  return (
    <Dialog title={t('incidents.filter')} onClose={onClose} onSubmit={show} actions={<><Button onClick={onClose}>{t('incidents.cancel')}</Button><Button type="submit" look="filled">{t('incidents.filter.show')}</Button></>}>
      <div className={css.form}>
        <TextField label={t('incidents.filter.words')} help={t('incidents.filter.words.help')} value={draft.q ?? ''} onValue={(q) => put({ q: q.trim() === '' ? undefined : q })} maxLength={200} />
        <fieldset className={css.checks}><legend>{t('incidents.state')}</legend>{IncidentState.options.map((state) => <CheckField key={state} label={t(`incidents.state.${state}`)} isOn={draft.state.includes(state)} onValue={(isOn) => put({ state: toggled(draft.state, state, isOn) })} />)}</fieldset>
        <fieldset className={css.checks}><legend>{t('incidents.severity')}</legend>{(['1', '2', '3', '4', '5'] as const).map((one) => <CheckField key={one} label={`${one} ${severityName(Number(one))}`} isOn={draft.severity.includes(one)} onValue={(isOn) => put({ severity: toggled(draft.severity, one, isOn) })} />)}</fieldset>
        <TypePicker classification={classification} label={t('incidents.type')} value={typeOption(classification, draft.type ?? null)} onValue={(type) => put({ type: type?.value })} />
        <SitePicker label={t('incidents.site')} help={t('incidents.filter.site.help')} value={site} onValue={setSite} />
        <MomentField label={t('incidents.filter.from')} value={draft.from ?? null} onValue={(from) => put({ from: from ?? undefined })} timeZone={readersZone()} />
        <MomentField label={t('incidents.filter.to')} value={draft.to ?? null} onValue={(to) => put({ to: to ?? undefined })} timeZone={readersZone()} />
      </div>
    </Dialog>
  );
}
