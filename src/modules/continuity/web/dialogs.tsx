import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import { addDependency, addProcess, changeProcess, type Dependency, listProcesses, type ProcessDetail, retireProcess, reviewProcess, strikeDependency } from '../contract.ts';
import { BANDS_MIN, CATEGORIES, KINDS, type Kind, MOST_LEVEL } from '../rules.ts';
import { Ask, type Props } from './ask.tsx';
import css from './continuity.module.css';
import { t } from './messages.en.ts';
import { spanWords } from './words.tsx';

const MIN_REASON = 3;
const IN_A_YEAR_MS = 365 * 86_400_000;
const inAYear = (): string => new Date(Date.now() + IN_A_YEAR_MS).toISOString().slice(0, 10);
const isDay = (words: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(words) && !Number.isNaN(Date.parse(words));
const short = (words: string): boolean => words.trim().length < MIN_REASON;

/** A time in hours as minutes; null where nothing is typed, undefined where it cannot be read. */
function minutesIn(words: string): number | null | undefined {
  const typed = words.trim().replace(',', '.');
  if (typed === '') return null;
  return /^\d{1,4}(\.\d{1,2})?$/.test(typed) ? Math.round(Number(typed) * 60) : undefined;
}
const hoursOf = (min: number | null): string => (min === null ? '' : String(Math.round((min / 60) * 100) / 100));

export function AddDialog({ onClose, onDone }: { onClose: () => void; onDone: (after: ProcessDetail) => void }) {
  const sending = useSend('continuity', addProcess);
  const [title, setTitle] = useState('');
  const [detail, setDetail] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [site, setSite] = useState<Option | null>(null);
  const [reviewOn, setReviewOn] = useState(inAYear());
  const of = (pointer: string): string | undefined => sending.problem?.of(pointer);
  const send = () => (title.trim() === '' || !owner || !isDay(reviewOn) ? null : sending.send({ title: title.trim(), detail: detail.trim(), ownerId: owner.value, siteId: site?.value ?? null, reviewOn }));
  return (
    <Ask title={t('continuity.new')} does={t('continuity.add')} sending={sending} send={send} onClose={onClose} onDone={onDone}>
      {(isTried) => <>
        <TextField label={t('continuity.name')} value={title} onValue={setTitle} error={of('/title') ?? (isTried && title.trim() === '' ? t('continuity.name.missing') : undefined)} />
        <TextArea label={t('continuity.detail')} rows={3} isOptional value={detail} onValue={setDetail} error={of('/detail')} />
        <div className={css.form}>
          <PersonPicker label={t('continuity.owner')} value={owner} onValue={setOwner} error={of('/ownerId') ?? (isTried && !owner ? t('continuity.owner.missing') : undefined)} />
          <SitePicker label={t('continuity.site')} isOptional value={site} onValue={setSite} error={of('/siteId')} />
        </div>
        <TextField label={t('continuity.review.on')} type="date" value={reviewOn} onValue={setReviewOn} error={of('/reviewOn') ?? (isTried && !isDay(reviewOn) ? t('continuity.day.missing') : undefined)} />
      </>}
    </Ask>
  );
}

/** What it is, and how soon it must go again. */
export function ChangeDialog({ process, onClose }: Props) {
  const sending = useSend('continuity', changeProcess);
  const [title, setTitle] = useState(process.title);
  const [detail, setDetail] = useState(process.detail);
  const [owner, setOwner] = useState<Option | null>({ value: process.owner.id, title: process.owner.name });
  const [times, setTimes] = useState({ mtpd: hoursOf(process.mtpdMin), rto: hoursOf(process.rtoMin), rpo: hoursOf(process.rpoMin) });
  const [mbco, setMbco] = useState(process.mbco);
  const of = (pointer: string): string | undefined => sending.problem?.of(pointer);
  const read = { mtpd: minutesIn(times.mtpd), rto: minutesIn(times.rto), rpo: minutesIn(times.rpo) };
  const send = () => {
    if (title.trim() === '' || !owner || read.mtpd === undefined || read.rto === undefined || read.rpo === undefined) return null;
    return sending.send({ id: process.id, title: title.trim(), detail: detail.trim(), ownerId: owner.value, mtpdMin: read.mtpd, rtoMin: read.rto, rpoMin: read.rpo, mbco: mbco.trim() }, { ifMatch: process.version });
  };
  return (
    <Ask title={t('continuity.change.of', { number: process.number })} does={t('continuity.save')} sending={sending} send={send} onClose={onClose}>
      {(isTried) => <>
        <TextField label={t('continuity.name')} value={title} onValue={setTitle} error={of('/title') ?? (isTried && title.trim() === '' ? t('continuity.name.missing') : undefined)} />
        <PersonPicker label={t('continuity.owner')} value={owner} onValue={setOwner} error={of('/ownerId') ?? (isTried && !owner ? t('continuity.owner.missing') : undefined)} />
        {(['mtpd', 'rto', 'rpo'] as const).map((key) => (
          <NumberField key={key} label={t(`continuity.${key}.long`)} help={t(`continuity.${key}.help`)} unit={t('continuity.hours.unit')} isOptional value={times[key]} onValue={(words) => setTimes({ ...times, [key]: words })} error={of(`/${key}Min`) ?? (isTried && read[key] === undefined ? t('continuity.hours.missing') : undefined)} />
        ))}
        <TextArea label={t('continuity.mbco.long')} help={t('continuity.mbco.help')} rows={2} isOptional value={mbco} onValue={setMbco} error={of('/mbco')} />
        <TextArea label={t('continuity.detail')} rows={3} isOptional value={detail} onValue={setDetail} error={of('/detail')} />
      </>}
    </Ask>
  );
}

/** How grave a standstill is, by category and after how long. */
export function ImpactDialog({ process, onClose }: Props) {
  const sending = useSend('continuity', changeProcess);
  const [levels, setLevels] = useState(() => Object.fromEntries(CATEGORIES.map((key) => [key, BANDS_MIN.map((_, band) => process.impacts[key]?.[band] ?? 0)])) as Record<(typeof CATEGORIES)[number], number[]>);
  const set = (key: (typeof CATEGORIES)[number], band: number, level: number): void => setLevels({ ...levels, [key]: levels[key].map((one, i) => (i === band ? level : i > band ? Math.max(one, level) : one)) });
  const choices = Array.from({ length: MOST_LEVEL + 1 }, (_, level) => ({ value: String(level), title: t(`continuity.level.${level as 0 | 1 | 2 | 3 | 4}`) }));
  return (
    <Ask title={t('continuity.impact.of', { title: process.title })} does={t('continuity.save')} sending={sending} size="wide" onClose={onClose} send={() => sending.send({ id: process.id, impacts: levels }, { ifMatch: process.version })}>
      {() => <>
        <p className="t2">{t('continuity.impact.help')}</p>
        {CATEGORIES.map((key) => (
          <fieldset key={key}>
            <legend><b className="strong">{t(`continuity.category.${key}`)}</b></legend>
            <div className={css.form}>{BANDS_MIN.map((min, band) => <SelectField key={min} label={t('continuity.after', { time: spanWords(min) })} value={String(levels[key][band] ?? 0)} onValue={(value) => set(key, band, Number(value))} choices={choices} error={band === 0 ? sending.problem?.of(`/impacts/${key}`) : undefined} />)}</div>
          </fieldset>
        ))}
      </>}
    </Ask>
  );
}

/** Names something that it needs. */
export function NeedDialog({ process, onClose }: Props) {
  const sending = useSend('continuity', addDependency);
  const list = useList('continuity', listProcesses, {});
  const [kind, setKind] = useState<string>('system');
  const [name, setName] = useState('');
  const [other, setOther] = useState<Option | null>(null);
  const [site, setSite] = useState<Option | null>(null);
  const [hours, setHours] = useState('');
  const [note, setNote] = useState('');
  const min = minutesIn(hours);
  const isNamed = kind !== 'process' && kind !== 'site';
  const of = (pointer: string): string | undefined => sending.problem?.of(pointer);
  const send = () => {
    if (min === undefined || (kind === 'process' && !other) || (kind === 'site' && !site) || (isNamed && name.trim() === '')) return null;
    return sending.send({ id: process.id, kind: kind as Kind, name: isNamed ? name.trim() : '', onProcessId: kind === 'process' ? (other?.value ?? null) : null, onSiteId: kind === 'site' ? (site?.value ?? null) : null, rtoMin: kind === 'process' ? null : min, note: note.trim() });
  };
  return (
    <Ask title={t('continuity.need.add')} does={t('continuity.need.add')} sending={sending} onClose={onClose} send={send}>
      {(isTried) => <>
        <SelectField label={t('continuity.need.kind')} value={kind} onValue={setKind} choices={KINDS.map((value) => ({ value, title: t(`continuity.kind.${value}`) }))} />
        {kind === 'process' && <Picker label={t('continuity.kind.process')} value={other} onValue={setOther} options={(list.data ?? []).filter(({ id }) => id !== process.id).map((one) => ({ value: one.id, title: one.title, note: one.number }))} isSearching={list.state === 'waiting'} error={of('/onProcessId') ?? (isTried && !other ? t('continuity.need.missing') : undefined)} />}
        {kind === 'site' && <SitePicker label={t('continuity.kind.site')} value={site} onValue={setSite} error={of('/onSiteId') ?? (isTried && !site ? t('continuity.need.missing') : undefined)} />}
        {isNamed && <TextField label={t('continuity.need.name')} value={name} onValue={setName} error={of('/name') ?? (isTried && name.trim() === '' ? t('continuity.need.missing') : undefined)} />}
        {kind !== 'process' && <NumberField label={t('continuity.need.rto')} help={t('continuity.need.rto.help')} unit={t('continuity.hours.unit')} isOptional value={hours} onValue={setHours} error={of('/rtoMin') ?? (isTried && min === undefined ? t('continuity.hours.missing') : undefined)} />}
        <TextField label={t('continuity.note')} isOptional value={note} onValue={setNote} error={of('/note')} />
      </>}
    </Ask>
  );
}

export function StrikeDialog({ process, need, onClose }: Props & { need: Dependency }) {
  const sending = useSend('continuity', strikeDependency);
  const [reason, setReason] = useState('');
  return (
    <Ask title={t('continuity.strike.of', { name: need.name })} does={t('continuity.strike')} sending={sending} isDanger onClose={onClose} send={() => (short(reason) ? null : sending.send({ id: process.id, rowId: need.id, reason: reason.trim() }))}>
      {(isTried) => <TextArea label={t('continuity.reason')} rows={2} value={reason} onValue={setReason} error={isTried && short(reason) ? t('continuity.reason.missing') : undefined} />}
    </Ask>
  );
}

export function RetireDialog({ process, onClose }: Props) {
  const sending = useSend('continuity', retireProcess);
  const [reason, setReason] = useState('');
  return (
    <Ask title={t('continuity.retire.of', { number: process.number })} does={t('continuity.retire')} sending={sending} isDanger onClose={onClose} send={() => (short(reason) ? null : sending.send({ id: process.id, reason: reason.trim() }))}>
      {(isTried) => <TextArea label={t('continuity.reason')} rows={2} value={reason} onValue={setReason} error={isTried && short(reason) ? t('continuity.reason.missing') : undefined} />}
    </Ask>
  );
}

export function ReviewDialog({ process, onClose }: Props) {
  const sending = useSend('continuity', reviewProcess);
  const [nextOn, setNextOn] = useState(inAYear());
  return (
    <Ask title={t('continuity.review.of', { number: process.number })} does={t('continuity.review')} sending={sending} onClose={onClose} send={() => (isDay(nextOn) ? sending.send({ id: process.id, nextOn }, { ifMatch: process.version }) : null)}>
      {(isTried) => <>
        <p className="t2">{t('continuity.review.help')}</p>
        <TextField label={t('continuity.review.next')} type="date" value={nextOn} onValue={setNextOn} error={sending.problem?.of('/nextOn') ?? (isTried && !isDay(nextOn) ? t('continuity.day.missing') : undefined)} />
      </>}
    </Ask>
  );
}
