import { useState } from 'react';
import { DevicePicker, KIND_CHOICES } from '#modules/devices/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { dateWords } from '#ui/times.ts';
import { addPlan, changePlan, completeRound, type Plan, postponeRound, type Round, stopPlan } from '../plan-contract.ts';
import { RESULTS, type Result, UNITS, type Unit } from '../plan-rules.ts';
import { t } from './messages.en.ts';
import css from './workorders.module.css';

const MIN_REASON = 3;
const Foot = ({ does, isBusy, onClose }: { does: string; isBusy: boolean; onClose: () => void }) => <><Button type="submit" look="filled" isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('workorders.cancel')}</Button></>;

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

/** A new plan: of what, how often, from when, and what is looked at. */
export function PlanDialog({ onClose }: { onClose: () => void }) {
  const adding = useSend('workorders', addPlan);
  const [title, setTitle] = useState('');
  const [site, setSite] = useState<Option | null>(null);
  const [device, setDevice] = useState<Option | null>(null);
  const [kind, setKind] = useState('');
  const [every, setEvery] = useState('1');
  const [unit, setUnit] = useState<Unit>('month');
  const [startsOn, setStartsOn] = useState('');
  const [points, setPoints] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = adding;
  const lines = linesOf(points);
  const isNumber = /^[1-9]\d{0,2}$/.test(every.trim()) && Number(every) <= 366;
  const isWhole = title.trim() !== '' && isNumber && startsOn !== '' && lines.length > 0;
  const missing = (is: boolean, words: string): string | undefined => (isTried && is ? words : undefined);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isWhole) return;
    await adding.send({ title: title.trim(), siteId: site?.value ?? null, deviceId: device?.value ?? null, ...(device === null && kind !== '' && { deviceKind: kind as Plan['deviceKind'] as never }), every: Number(every), unit, startsOn, points: lines });
    announce(t('workorders.plans.added'));
    onClose();
  };
  return (
    <Dialog title={t('workorders.plans.new')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<Foot does={t('workorders.plans.add')} isBusy={adding.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('workorders.plans.what')} value={title} onValue={setTitle} error={problem?.of('/title') ?? missing(title.trim() === '', t('workorders.plans.what.missing'))} />
      <SitePicker label={t('workorders.site')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />
      <DevicePicker label={t('workorders.device')} isOptional value={device} onValue={setDevice} error={problem?.of('/deviceId')} />
      {device === null && <SelectField label={t('workorders.plans.kind')} isOptional value={kind} onValue={setKind} placeholder={t('workorders.plans.kind.none')} choices={KIND_CHOICES()} error={problem?.of('/deviceKind')} />}
      <div className={css.form}>
        <NumberField label={t('workorders.plans.every')} value={every} onValue={setEvery} error={problem?.of('/every') ?? missing(!isNumber, t('workorders.plans.every.missing'))} />
        <SelectField label={t('workorders.plans.unit')} value={unit} onValue={(value) => setUnit(value as Unit)} choices={UNITS.map((value) => ({ value, title: t(`workorders.plans.unit.${value}`) }))} />
      </div>
      <TextField type="date" label={t('workorders.plans.starts')} value={startsOn} onValue={setStartsOn} error={problem?.of('/startsOn') ?? missing(startsOn === '', t('workorders.plans.starts.missing'))} />
      <TextArea label={t('workorders.plans.points')} rows={5} value={points} onValue={setPoints} error={problem?.of('/points') ?? missing(lines.length === 0, t('workorders.plans.points.missing'))} />
    </Dialog>
  );
}

/** Another title or other points of a plan, for the rounds that are still to come. How often it comes is not changed: stop it, and make another. */
export function ChangePlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const changing = useSend('workorders', changePlan);
  const [title, setTitle] = useState(plan.title);
  const [detail, setDetail] = useState(plan.detail);
  const [points, setPoints] = useState(plan.points.map(({ text }) => text).join('\n'));
  const [isTried, setTried] = useState(false);
  const { problem } = changing;
  const lines = linesOf(points);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (title.trim() === '' || lines.length === 0) return;
    await changing.send({ id: plan.id, title: title.trim(), detail: detail.trim(), points: lines }, { ifMatch: plan.version });
    announce(t('workorders.plans.changed'));
    onClose();
  };
  return (
    <Dialog title={`${t('workorders.plans.change')}: ${plan.title}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<Foot does={t('workorders.save')} isBusy={changing.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('workorders.plans.change.what')}</p>
      <TextField label={t('workorders.plans.what')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('workorders.plans.what.missing') : undefined)} />
      <TextArea label={t('workorders.plans.detail')} isOptional rows={3} value={detail} onValue={setDetail} error={problem?.of('/detail')} />
      <TextArea label={t('workorders.plans.points')} rows={6} value={points} onValue={setPoints} error={problem?.of('/points') ?? (isTried && lines.length === 0 ? t('workorders.plans.points.missing') : undefined)} />
    </Dialog>
  );
}

/** Puts a round off, with the reason. */
export function PostponeDialog({ round, onClose }: { round: Round; onClose: () => void }) {
  const sending = useSend('workorders', postponeRound);
  const [dueOn, setDueOn] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (dueOn === '' || reason.trim().length < MIN_REASON) return;
    const after = await sending.send({ id: round.id, dueOn, reason: reason.trim() }, { ifMatch: round.version });
    announce(t('workorders.plans.postponed', { plan: after.plan.name, day: after.dueOn }));
    onClose();
  };
  return (
    <Dialog title={`${t('workorders.plans.postpone')}: ${round.plan.name}, ${dateWords(round.dueOn)}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<Foot does={t('workorders.plans.postpone')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField type="date" label={t('workorders.plans.day')} value={dueOn} onValue={setDueOn} error={problem?.of('/dueOn') ?? (isTried && dueOn === '' ? t('workorders.plans.day.missing') : undefined)} />
      <TextArea label={t('workorders.reason')} rows={3} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && reason.trim().length < MIN_REASON ? t('workorders.reason.missing') : undefined)} />
    </Dialog>
  );
}

export function StopDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const sending = useSend('workorders', stopPlan);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isMissing = reason.trim().length < MIN_REASON;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isMissing) return;
    await sending.send({ id: plan.id, reason: reason.trim() }, { ifMatch: plan.version });
    onClose();
  };
  return (
    <Dialog title={`${t('workorders.plans.stop')}: ${plan.title}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<Foot does={t('workorders.plans.stop')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={sending.problem?.detail} />
      <TextArea label={t('workorders.reason')} rows={3} value={reason} onValue={setReason} error={sending.problem?.of('/reason') ?? (isTried && isMissing ? t('workorders.reason.missing') : undefined)} />
    </Dialog>
  );
}

type Given = { result: Result | ''; note: string };

/** The points of a round, each answered; what failed says why, and raises a work order. */
export function CompleteDialog({ round, onClose }: { round: Round; onClose: () => void }) {
  const sending = useSend('workorders', completeRound);
  const [given, setGiven] = useState<Record<string, Given>>({});
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const of = (key: string): Given => given[key] ?? { result: '', note: '' };
  const isWhole = round.points.every(({ key }) => of(key).result !== '' && (of(key).result !== 'failed' || of(key).note.trim().length >= MIN_REASON));
  const submit = async (): Promise<void> => {
    setTried(true);
    if (!isWhole) return;
    const answers = round.points.map(({ key }) => ({ key, result: of(key).result as Result, note: of(key).note.trim() }));
    const after = await sending.send({ id: round.id, answers, note: note.trim() }, { ifMatch: round.version });
    announce(`${t('workorders.plans.complete')}. ${t('workorders.plans.completed', { n: after.answers?.filter(({ orderId }) => orderId !== null).length ?? 0 })}`);
    onClose();
  };
  return (
    <Dialog title={`${round.plan.name}, ${dateWords(round.dueOn)}`} size="wide" onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<Foot does={t('workorders.plans.complete')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {round.points.map(({ key, text }) => (
        <div key={key}>
          <ChoiceGroup label={text} value={of(key).result} onValue={(result) => setGiven({ ...given, [key]: { ...of(key), result: result as Result } })} choices={RESULTS.map((value) => ({ value, title: t(`workorders.plans.result.${value}`) }))} error={isTried && of(key).result === '' ? t('workorders.plans.result.missing') : undefined} />
          {of(key).result === 'failed' && <TextField label={`${t('workorders.plans.point.note')}: ${text}`} value={of(key).note} onValue={(said) => setGiven({ ...given, [key]: { ...of(key), note: said } })} error={isTried && of(key).note.trim().length < MIN_REASON ? t('workorders.plans.point.note.missing') : undefined} />}
        </div>
      ))}
      <TextArea label={t('workorders.plans.note')} rows={2} isOptional value={note} onValue={setNote} />
    </Dialog>
  );
}
