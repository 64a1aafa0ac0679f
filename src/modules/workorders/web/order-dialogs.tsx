import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import type { Endpoint } from '#platform/kernel/contract.ts';
import { type Sending, useSend } from '#platform/web/query.ts';
import { readersZone, useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addPart, assignWorkOrder, cancelWorkOrder, changeWorkOrder, closeWorkOrder, endRetest, fixWork, pauseWork, planVisit, reopenWorkOrder, startRetest, strikePart, strikeVisit, type WorkOrderDetail } from '../contract.ts';
import { t } from './messages.en.ts';
import { CODE_CHOICES, PRIORITY_CHOICES } from './words.tsx';
import css from './workorders.module.css';

type Props = { order: WorkOrderDetail; onClose: () => void };
const MIN_REASON = 3;
const AMOUNT = /^\d{1,7}([.,]\d{1,2})?$/;

const said = (order: WorkOrderDetail): void => announce(t('workorders.saved', { number: order.number, state: t(`workorders.state.${order.state}`) }));
const Foot = ({ does, isBusy, onClose, isDanger = false }: { does: string; isBusy: boolean; onClose: () => void; isDanger?: boolean }) => <><Button type="submit" look={isDanger ? 'danger' : 'filled'} isBusy={isBusy}>{does}</Button><Button onClick={onClose}>{t('workorders.cancel')}</Button></>;

/** Sends, says how it stands then, and closes. */
const finish = (sending: Promise<WorkOrderDetail>, onClose: () => void): void =>
  void sending.then((order) => {
    said(order);
    onClose();
  }).catch(() => undefined);

type Why = { of: 'pause' | 'reopen' | 'cancel' } | { of: 'visit' | 'part'; rowId: string; name: string };

/** What asks for a reason only. */
export function WhyDialog({ order, why, onClose }: Props & { why: Why }) {
  const sends = { pause: useSend('workorders', pauseWork), reopen: useSend('workorders', reopenWorkOrder), cancel: useSend('workorders', cancelWorkOrder), visit: useSend('workorders', strikeVisit), part: useSend('workorders', strikePart) };
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { isBusy, problem }: Sending<Endpoint> = sends[why.of];
  const isMissing = reason.trim().length < MIN_REASON;
  const does = why.of === 'visit' ? t('workorders.visit.strike') : why.of === 'part' ? t('workorders.part.strike') : t(`workorders.verb.${why.of}`);
  const submit = (): void => {
    setTried(true);
    if (isMissing) return;
    const [id, text] = [order.id, reason.trim()];
    finish('rowId' in why ? sends[why.of].send({ id, rowId: why.rowId, reason: text }) : sends[why.of].send({ id, reason: text }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${does}: ${'name' in why ? why.name : order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={does} isBusy={isBusy} onClose={onClose} isDanger={why.of !== 'pause' && why.of !== 'reopen'} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('workorders.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && isMissing ? t('workorders.reason.missing') : undefined)} />
    </Dialog>
  );
}

export function ChangeDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', changeWorkOrder);
  const [read] = useState(order);
  const [title, setTitle] = useState(order.title);
  const [detail, setDetail] = useState(order.detail);
  const [code, setCode] = useState(order.faultCode);
  const [priority, setPriority] = useState(String(order.priority));
  const [dueAt, setDueAt] = useState<string | null>(order.dueAt);
  const { problem } = sending;
  const submit = (): void => {
    if (title.trim() === '') return;
    finish(sending.send({ id: order.id, title: title.trim(), detail: detail.trim(), faultCode: code, priority: Number(priority), ...(dueAt !== null && { dueAt }) }, { ifMatch: read.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.change')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.save')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('workorders.what')} value={title} onValue={setTitle} error={problem?.of('/title') ?? (title.trim() === '' ? t('workorders.what.missing') : undefined)} />
      <div className={css.form}>
        <SelectField label={t('workorders.code')} value={code} onValue={setCode} choices={CODE_CHOICES} error={problem?.of('/faultCode')} />
        <SelectField label={t('workorders.priority')} value={priority} onValue={setPriority} choices={PRIORITY_CHOICES()} error={problem?.of('/priority')} />
      </div>
      <MomentField label={t('workorders.due')} meaning="future" value={dueAt} onValue={setDueAt} timeZone={order.timeZone ?? readersZone()} error={problem?.of('/dueAt')} />
      <TextArea label={t('workorders.detail')} rows={3} isOptional value={detail} onValue={setDetail} error={problem?.of('/detail')} />
    </Dialog>
  );
}

export function AssignDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', assignWorkOrder);
  const [owner, setOwner] = useState<Option | null>(order.owner ? { value: order.owner.id, title: order.owner.name } : null);
  const [firm, setFirm] = useState(order.firm);
  const [contact, setContact] = useState(order.firmContact);
  const [isTried, setTried] = useState(false);
  const isMissing = owner === null && firm.trim() === '';
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (!isMissing) finish(sending.send({ id: order.id, ownerId: owner?.value ?? null, firm: firm.trim(), firmContact: contact.trim() }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.assign')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.verb.assign')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <PersonPicker label={t('workorders.assign.person')} help={t('workorders.assign.person.help')} isOptional value={owner} onValue={setOwner} error={problem?.of('/ownerId') ?? (isTried && isMissing ? t('workorders.assign.missing') : undefined)} />
      <TextField label={t('workorders.assign.firm')} isOptional value={firm} onValue={setFirm} error={problem?.of('/firm')} />
      <TextField label={t('workorders.assign.contact')} isOptional value={contact} onValue={setContact} error={problem?.of('/firmContact')} />
    </Dialog>
  );
}

export function VisitDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', planVisit);
  const [who, setWho] = useState(order.firm);
  const [from, setFrom] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const zone = order.timeZone ?? readersZone();
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (who.trim() !== '' && from !== null && until !== null) finish(sending.send({ id: order.id, from, until, who: who.trim() }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.visit')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.verb.visit')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('workorders.visit.who')} value={who} onValue={setWho} error={problem?.of('/who') ?? (isTried && who.trim() === '' ? t('workorders.visit.who.missing') : undefined)} />
      <MomentField label={t('workorders.visit.from')} meaning="future" value={from} onValue={setFrom} timeZone={zone} error={problem?.of('/from') ?? (isTried && from === null ? t('workorders.visit.times.missing') : undefined)} />
      <MomentField label={t('workorders.visit.until')} meaning="future" value={until} onValue={setUntil} timeZone={zone} error={problem?.of('/until') ?? (isTried && until === null ? t('workorders.visit.times.missing') : undefined)} />
    </Dialog>
  );
}

export function FixDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', fixWork);
  const [code, setCode] = useState(order.faultCode);
  const [cause, setCause] = useState(order.cause);
  const [done, setDone] = useState(order.done);
  const [minutes, setMinutes] = useState(order.labourMinutes === null ? '' : String(order.labourMinutes));
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const isNumber = /^\d{1,5}$/.test(minutes.trim());
  const submit = (): void => {
    setTried(true);
    if (cause.trim() !== '' && done.trim() !== '' && isNumber) finish(sending.send({ id: order.id, cause: cause.trim(), done: done.trim(), labourMinutes: Number(minutes), faultCode: code }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.fix')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.verb.fix')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('workorders.cause')} rows={2} value={cause} onValue={setCause} error={problem?.of('/cause') ?? (isTried && cause.trim() === '' ? t('workorders.fix.cause.missing') : undefined)} />
      <TextArea label={t('workorders.done')} rows={2} value={done} onValue={setDone} error={problem?.of('/done') ?? (isTried && done.trim() === '' ? t('workorders.fix.done.missing') : undefined)} />
      <div className={css.form}>
        <NumberField label={t('workorders.fix.minutes')} value={minutes} onValue={setMinutes} error={problem?.of('/labourMinutes') ?? (isTried && !isNumber ? t('workorders.fix.minutes.missing') : undefined)} />
        <SelectField label={t('workorders.code')} value={code} onValue={setCode} choices={CODE_CHOICES} error={problem?.of('/faultCode')} />
      </div>
    </Dialog>
  );
}

/** An amount with at most two decimals, as most currencies have them, in minor units. */
const minorOf = (typed: string, currency: string): number => Math.round(Number(typed.trim().replace(',', '.')) * 10 ** digitsOf(currency));
const digitsOf = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

export function PartDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', addPart);
  const [name, setName] = useState('');
  const [number, setNumber] = useState('');
  const [quantity, setQuantity] = useState('1');
  const [each, setEach] = useState('');
  const [currency, setCurrency] = useState(order.parts[0]?.currency ?? 'EUR');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const isWhole = name.trim() !== '' && /^[1-9]\d{0,3}$/.test(quantity.trim()) && AMOUNT.test(each.trim()) && /^[A-Z]{3}$/.test(currency.trim());
  const submit = (): void => {
    setTried(true);
    if (isWhole) finish(sending.send({ id: order.id, name: name.trim(), partNumber: number.trim(), quantity: Number(quantity), unitMinor: minorOf(each, currency.trim()), currency: currency.trim() }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.part.add')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.part.add')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('workorders.part.name')} value={name} onValue={setName} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('workorders.part.name.missing') : undefined)} />
      <div className={css.form}>
        <TextField label={t('workorders.part.number')} isOptional value={number} onValue={setNumber} spellCheck={false} error={problem?.of('/partNumber')} />
        <NumberField label={t('workorders.part.quantity')} value={quantity} onValue={setQuantity} error={problem?.of('/quantity')} />
        <NumberField label={t('workorders.part.each')} value={each} onValue={setEach} error={problem?.of('/unitMinor') ?? (isTried && !AMOUNT.test(each.trim()) ? t('workorders.part.each.missing') : undefined)} />
        <TextField label={t('workorders.part.currency')} value={currency} onValue={setCurrency} spellCheck={false} error={problem?.of('/currency')} />
      </div>
    </Dialog>
  );
}

const HEARS = ['nothing', 'any', 'alarm', 'both', 'restore'] as const;
const EXPECTS = { nothing: [], any: ['any'], alarm: ['alarm'], both: ['alarm', 'restore'], restore: ['restore'] } as const;

/** Begins a retest: what must be heard of each device, and within which time. */
export function RetestDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', startRetest);
  const [hears, setHears] = useState<Record<string, (typeof HEARS)[number]>>({});
  const [within, setWithin] = useState('30');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const minutes = Number(within);
  const isNumber = /^\d{1,4}$/.test(within.trim()) && minutes >= 1 && minutes <= 1440;
  const submit = (): void => {
    setTried(true);
    const checks = order.devices.flatMap(({ id }) => EXPECTS[hears[id] ?? 'both'].map((expect) => ({ deviceId: id, expect })));
    if (isNumber) finish(sending.send({ id: order.id, checks, withinMinutes: minutes }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.retest')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.verb.retest')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p className="t2">{t('workorders.retest.help')}</p>
      {order.devices.map(({ id, name }) => (
        <SelectField key={id} label={`${t('workorders.retest.hear')}: ${name}`} value={hears[id] ?? 'both'} onValue={(value) => setHears({ ...hears, [id]: value as (typeof HEARS)[number] })} choices={HEARS.map((value) => ({ value, title: t(`workorders.retest.${value}`) }))} />
      ))}
      {order.devices.length > 0 && <NumberField label={t('workorders.retest.within')} unit={t('workorders.retest.within.unit')} value={within} onValue={setWithin} error={problem?.of('/withinMinutes') ?? (isTried && !isNumber ? t('workorders.retest.within.missing') : undefined)} />}
    </Dialog>
  );
}

/** Decides a running retest by what a person saw. */
export function DecideDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', endRetest);
  const me = useMe().personId;
  const isOwn = order.fixedBy?.id === me;
  const [result, setResult] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (result !== '' && reason.trim().length >= MIN_REASON) finish(sending.send({ id: order.id, isPassed: result === 'passed', reason: reason.trim() }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.retest.decide')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.retest.decide')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <ChoiceGroup label={t('workorders.retest.result')} {...(isOwn && { help: t('workorders.retest.own') })} value={result} onValue={setResult} error={isTried && result === '' ? t('workorders.retest.result') : undefined} choices={[{ value: 'passed', title: t('workorders.retest.passed'), isDisabled: isOwn }, { value: 'failed', title: t('workorders.retest.failed') }]} />
      <TextArea label={t('workorders.retest.seen')} rows={3} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && reason.trim().length < MIN_REASON ? t('workorders.reason.missing') : undefined)} />
    </Dialog>
  );
}

/** Closes what was fixed without a retest, with the reason. */
export function ExemptDialog({ order, onClose }: Props) {
  const sending = useSend('workorders', closeWorkOrder);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (reason.trim().length >= MIN_REASON) finish(sending.send({ id: order.id, exemption: reason.trim() }, { ifMatch: order.version }), onClose);
  };
  return (
    <Dialog title={`${t('workorders.verb.close')}: ${order.number}`} onClose={onClose} onSubmit={submit} actions={<Foot does={t('workorders.verb.close')} isBusy={sending.isBusy} onClose={onClose} />}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('workorders.close.exempt')} rows={3} value={reason} onValue={setReason} error={problem?.of('/exemption') ?? (isTried && reason.trim().length < MIN_REASON ? t('workorders.reason.missing') : undefined)} />
    </Dialog>
  );
}
