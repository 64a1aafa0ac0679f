import { useState } from 'react';
import type { ProblemError } from '#platform/web/call.ts';
import { useNow } from '#ui/clock.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import type { Site } from '../contract.ts';
import { isTimeZone, SITE_CODE, type SiteKind } from '../rules.ts';
import { KIND_CHOICES, t } from './messages.en.ts';
import { SitePicker } from './public.tsx';
import css from './site-form.module.css';

export type SiteValues = { code: string; name: string; kind: SiteKind; parentId: string | null; timeZone: string | undefined; country: string | null; city: string; address: string; latitude: number | null; longitude: number | null };
type Typed = { code: string; name: string; kind: SiteKind; parent: Option | null; timeZone: string; country: string; city: string; address: string; latitude: string; longitude: string };

const typedOf = (site: Partial<Site> | null, parent: Option | null): Typed => ({
  code: site?.code ?? '', name: site?.name ?? '', kind: site?.kind ?? (parent ? 'building' : 'site'), parent, timeZone: site?.timeZone ?? '', country: site?.country ?? '', city: site?.city ?? '', address: site?.address ?? '',
  latitude: site?.latitude?.toString() ?? '', longitude: site?.longitude?.toString() ?? '',
});

const DEGREES = /^[+-]?\d{1,3}(\.\d+)?$/;
const degrees = (text: string, most: number): string | undefined => (text.trim() === '' || (DEGREES.test(text.trim()) && Math.abs(Number(text)) <= most) ? undefined : t('sites.number.wrong'));

function faultsOf(typed: Typed): Partial<Record<keyof Typed, string>> {
  const half = (typed.latitude.trim() === '') !== (typed.longitude.trim() === '') ? t('sites.position.half') : undefined;
  const found = {
    code: SITE_CODE.test(typed.code.trim()) ? undefined : t('sites.code.wrong'),
    name: typed.name.trim() ? undefined : t('sites.name.missing'),
    timeZone: (typed.timeZone.trim() === '' && typed.parent) || isTimeZone(typed.timeZone.trim()) ? undefined : t('sites.zone.wrong'),
    country: typed.country.trim() === '' || /^[A-Z]{2}$/.test(typed.country.trim()) ? undefined : t('sites.country.wrong'),
    latitude: degrees(typed.latitude, 90) ?? half,
    longitude: degrees(typed.longitude, 180) ?? half,
  };
  return Object.fromEntries(Object.entries(found).filter(([, fault]) => fault !== undefined));
}

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

type SiteFormProps = { title: string; does: string; site: Site | null; parent: Option | null; isBusy: boolean; problem: ProblemError | null; onSend: (values: SiteValues) => void; onClose: () => void };

/** The facts of a site, new or known. */
export function SiteForm({ title, does, site, parent, isBusy, problem, onSend, onClose }: SiteFormProps) {
  const [typed, setTyped] = useState(() => typedOf(site, parent));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState<readonly { pointer: string; detail: string }[]>([]);
  const faults = faultsOf(typed);
  const submit = (): void => {
    setLeft(new Set(Object.keys(typed)));
    const list = Object.entries(faults).map(([field, detail]) => ({ pointer: `/${field}`, detail }));
    setSubmitted(list);
    if (list.length > 0) return;
    const { parent: chosen, ...rest } = typed;
    onSend({ ...rest, code: typed.code.trim(), name: typed.name.trim(), parentId: chosen?.value ?? null, timeZone: typed.timeZone.trim() || undefined, country: typed.country.trim() || null, latitude: numberOf(typed.latitude), longitude: numberOf(typed.longitude) });
  };
  const field = (name: Exclude<keyof Typed, 'parent' | 'kind'>) => ({
    value: typed[name],
    onValue: (value: string) => setTyped({ ...typed, [name]: value }),
    onLeave: () => typed[name] !== '' && setLeft(new Set([...left, name])),
    error: problem?.of(`/${name}`) ?? (left.has(name) ? faults[name] : undefined),
  });
  return (
    <Dialog title={title} size="wide" onClose={onClose} onSubmit={submit} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('sites.cancel')}</Button></>}>
      <FaultSummary faults={submitted} detail={problem?.detail} />
      <div className={css.two}>
        <TextField label={t('sites.code')} help={t('sites.code.help')} autoCapitalize="characters" spellCheck={false} {...field('code')} />
        <TextField label={t('sites.name')} {...field('name')} />
        <SelectField label={t('sites.kind')} value={typed.kind} onValue={(kind) => setTyped({ ...typed, kind: kind as SiteKind })} choices={KIND_CHOICES()} />
        <SitePicker label={t('sites.parent')} help={t('sites.parent.help')} isOptional value={typed.parent} onValue={(chosen) => setTyped({ ...typed, parent: chosen })} error={problem?.of('/parentId')} />
      </div>
      <TextField label={t('sites.zone')} help={<>{t('sites.zone.help')}<ThereNow timeZone={typed.timeZone} /></>} spellCheck={false} isOptional={typed.parent !== null} {...field('timeZone')} />
      <div className={css.two}>
        <TextField label={t('sites.country')} help={t('sites.country.help')} isOptional maxLength={2} {...field('country')} />
        <TextField label={t('sites.place')} isOptional {...field('city')} />
      </div>
      <TextField label={t('sites.address')} isOptional {...field('address')} />
      <div className={css.two}>
        <NumberField label={t('sites.latitude')} isOptional unit="°" {...field('latitude')} />
        <NumberField label={t('sites.longitude')} isOptional unit="°" {...field('longitude')} />
      </div>
    </Dialog>
  );
}

function ThereNow({ timeZone }: { timeZone: string }) {
  const now = useNow();
  return isTimeZone(timeZone.trim()) && timeZone.trim() !== '' ? <> {t('sites.zone.now', { time: timeWords(wallAt(now, timeZone.trim())) })}.</> : null;
}
