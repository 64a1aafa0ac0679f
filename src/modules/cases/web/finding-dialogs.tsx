import { type ReactNode, useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, ChoiceGroup, FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addAllegation, addElement, addLoss, type Allegation, closeCase, type Findings, findAllegation, namePerson, reopenCase, reviewCase, settleElement, strikeAllegation, strikeLoss, strikePerson, writeEnding } from '../finding-contract.ts';
import { ELEMENT_STATES, FINDINGS, OUTCOMES, PERSON_ROLES } from '../finding-rules.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { TYPE_CHOICES } from './words.tsx';

type Given = { caseId: string; onClose: () => void };
type Problem = { detail: string; errors: readonly { pointer: string; detail: string }[] } | null;

/** A question with its fields: what is refused stands above them, and the verb says what happens. */
function Ask({ title, verb, isBusy, problem, onClose, onSubmit, children }: { title: string; verb: string; isBusy: boolean; problem: Problem; onClose: () => void; onSubmit: () => void; children: ReactNode }) {
  return (
    <Dialog size="wide" title={title} onClose={onClose} onSubmit={onSubmit} actions={<><Button onClick={onClose}>{t('cases.cancel')}</Button><Button type="submit" look="filled" isBusy={isBusy}>{verb}</Button></>}>
      <div className={css.form}>{problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}{children}</div>
    </Dialog>
  );
}

const oneOf = <T extends string>(all: readonly T[], value: string): T => all.find((one) => one === value) ?? (all[0] as T);
const missing = (isTried: boolean, is: boolean, words: string): string | undefined => (isTried && is ? words : undefined);

export function PersonDialog({ caseId, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', namePerson);
  const [role, setRole] = useState<(typeof PERSON_ROLES)[number]>('subject');
  const [person, setPerson] = useState<Option | null>(null);
  const [name, setName] = useState('');
  const [details, setDetails] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = person === null && name.trim() === '';
  const submit = (): void => {
    setTried(true);
    if (!lacks) void send({ id: caseId, role, personId: person?.value ?? null, name: person ? '' : name.trim(), details: details.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('cases.person.add')} verb={t('cases.person.add')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <SelectField label={t('cases.person.role')} value={role} onValue={(value) => setRole(oneOf(PERSON_ROLES, value))} choices={PERSON_ROLES.map((value) => ({ value, title: t(`cases.person.role.${value}`) }))} help={role === 'subject' ? t('cases.person.subject.help') : undefined} />
      <PersonPicker label={t('cases.person.known')} isOptional value={person} onValue={setPerson} error={problem?.of('/personId')} />
      {!person && <TextField label={t('cases.person.name')} value={name} onValue={setName} maxLength={200} autoComplete="off" error={problem?.of('/name') ?? missing(isTried, lacks, t('cases.person.missing'))} />}
      <TextArea label={t('cases.person.details')} isOptional rows={3} value={details} onValue={setDetails} maxLength={4_000} />
    </Ask>
  );
}

export function AllegationDialog({ caseId, type: first, people, onClose }: Given & { type: string; people: Findings['people'] }) {
  const { send, isBusy, problem } = useSend('cases', addAllegation);
  const [type, setType] = useState(first);
  const [text, setText] = useState('');
  const [subject, setSubject] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (text.trim() !== '') void send({ id: caseId, type, text: text.trim(), subjectId: subject || null }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('cases.allegation.add')} verb={t('cases.allegation.add')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <SelectField label={t('cases.type')} value={type} onValue={setType} choices={TYPE_CHOICES} help={t('cases.allegation.help')} />
      <TextArea label={t('cases.allegation.text')} rows={4} value={text} onValue={setText} maxLength={8_000} error={problem?.of('/text') ?? missing(isTried, text.trim() === '', t('cases.allegation.missing'))} />
      {people.length > 0 && <SelectField label={t('cases.allegation.subject')} isOptional value={subject} onValue={setSubject} placeholder={t('cases.allegation.nobody')} choices={people.filter(({ struckAt }) => struckAt === null).map(({ id, name }) => ({ value: id, title: name }))} />}
    </Ask>
  );
}

export function FindDialog({ caseId, allegation, onClose }: Given & { allegation: Allegation }) {
  const { send, isBusy, problem } = useSend('cases', findAllegation);
  const [finding, setFinding] = useState<string>(allegation.finding ?? '');
  const [why, setWhy] = useState(allegation.findingWhy);
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (finding !== '' && why.trim() !== '') void send({ id: caseId, rowId: allegation.id, finding: oneOf(FINDINGS, finding), why: why.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('cases.finding.write')} verb={t('cases.finding.write')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <p className={css.narrative}>{allegation.text}</p>
      <ChoiceGroup label={t('cases.finding')} value={finding} onValue={setFinding} error={problem?.of('/finding') ?? missing(isTried, finding === '', t('cases.finding.missing'))} choices={FINDINGS.map((value) => ({ value, title: t(`cases.finding.${value}`), hint: t(`cases.finding.${value}.means`) }))} />
      <TextArea label={t('cases.finding.why')} rows={5} value={why} onValue={setWhy} maxLength={8_000} error={problem?.of('/why') ?? missing(isTried, why.trim() === '', t('cases.reason.missing'))} />
    </Ask>
  );
}

export function ElementDialog({ caseId, element, onClose }: Given & { element: Allegation['elements'][number] }) {
  const { send, isBusy, problem } = useSend('cases', settleElement);
  const [state, setState] = useState<string>(element.state);
  const [note, setNote] = useState(element.note);
  return (
    <Ask title={t('cases.element.settle')} verb={t('cases.save')} {...{ isBusy, problem, onClose }} onSubmit={() => void send({ id: caseId, rowId: element.id, state: oneOf(ELEMENT_STATES, state), note: note.trim() }).then(onClose, () => undefined)}>
      <p className="strong">{element.text}</p>
      <ChoiceGroup label={t('cases.state')} value={state} onValue={setState} choices={ELEMENT_STATES.map((value) => ({ value, title: t(`cases.element.${value}`) }))} />
      <TextArea label={t('cases.element.note')} isOptional rows={3} value={note} onValue={setNote} maxLength={4_000} />
    </Ask>
  );
}

export function NewElementDialog({ caseId, allegation, onClose }: Given & { allegation: Allegation }) {
  const { send, isBusy, problem } = useSend('cases', addElement);
  const [text, setText] = useState('');
  return (
    <Ask title={t('cases.element.add')} verb={t('cases.element.add')} {...{ isBusy, problem, onClose }} onSubmit={() => { if (text.trim() !== '') void send({ id: caseId, rowId: allegation.id, text: text.trim() }).then(onClose, () => undefined); }}>
      <TextField label={t('cases.element.text')} value={text} onValue={setText} maxLength={1_000} autoComplete="off" error={problem?.of('/text')} />
    </Ask>
  );
}

/** Digits after the point of a currency (ISO 4217), as the browser knows them. */
function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** `1840.50` in minor units; null where it is no amount. */
function minorOf(typed: string, currency: string): number | null {
  const found = /^\d+(?:[.,]\d+)?$/.test(typed.trim()) ? Number(typed.trim().replace(',', '.')) * 10 ** digitsOf(currency) : Number.NaN;
  return Number.isSafeInteger(Math.round(found)) ? Math.round(found) : null;
}

export function LossDialog({ caseId, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', addLoss);
  const [description, setDescription] = useState('');
  const [currency, setCurrency] = useState('EUR');
  const [amount, setAmount] = useState('');
  const [recovered, setRecovered] = useState('0');
  const [isEstimate, setEstimate] = useState(false);
  const [isTried, setTried] = useState(false);
  const [amountMinor, recoveredMinor] = [minorOf(amount, currency), minorOf(recovered, currency)];
  const submit = (): void => {
    setTried(true);
    if (description.trim() !== '' && amountMinor !== null && recoveredMinor !== null) void send({ id: caseId, description: description.trim(), currency, amountMinor, recoveredMinor, isEstimate }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('cases.loss.add')} verb={t('cases.loss.add')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <TextField label={t('cases.loss.what')} value={description} onValue={setDescription} maxLength={500} autoComplete="off" error={missing(isTried, description.trim() === '', t('cases.what.missing'))} />
      <NumberField label={t('cases.loss.amount')} unit={currency} value={amount} onValue={setAmount} error={missing(isTried, amountMinor === null, t('cases.loss.amount.missing'))} />
      <NumberField label={t('cases.loss.recovered')} unit={currency} value={recovered} onValue={setRecovered} error={problem?.of('/recoveredMinor') ?? missing(isTried, recoveredMinor === null, t('cases.loss.amount.missing'))} />
      <TextField label={t('cases.loss.currency')} value={currency} onValue={(value) => setCurrency(value.toUpperCase())} maxLength={3} error={problem?.of('/currency')} />
      <CheckField label={t('cases.loss.estimate')} isOn={isEstimate} onValue={setEstimate} />
    </Ask>
  );
}

export function EndingDialog({ caseId, findings, onClose }: Given & { findings: Findings }) {
  const { send, isBusy, problem } = useSend('cases', writeEnding);
  const [rootCause, setRootCause] = useState(findings.rootCause);
  const [outcome, setOutcome] = useState<string>(findings.outcome ?? '');
  const [outcomeWords, setWords] = useState(findings.outcomeWords);
  const [noLoss, setNoLoss] = useState(findings.noLoss === true);
  const save = (): void => void send({ id: caseId, rootCause: rootCause.trim(), outcome: outcome === '' ? null : oneOf(OUTCOMES, outcome), outcomeWords: outcomeWords.trim(), noLoss: noLoss ? true : null }).then(onClose, () => undefined);
  return (
    <Ask title={t('cases.ending.write')} verb={t('cases.save')} {...{ isBusy, problem, onClose }} onSubmit={save}>
      <TextArea label={t('cases.root-cause')} help={t('cases.root-cause.help')} rows={4} value={rootCause} onValue={setRootCause} maxLength={8_000} />
      <SelectField label={t('cases.outcome')} value={outcome} onValue={setOutcome} placeholder={t('cases.choose')} choices={OUTCOMES.map((value) => ({ value, title: t(`cases.outcome.${value}`) }))} />
      <TextArea label={t('cases.outcome.words')} isOptional rows={3} value={outcomeWords} onValue={setWords} maxLength={8_000} />
      <CheckField label={t('cases.no-loss')} isOn={noLoss} onValue={setNoLoss} />
    </Ask>
  );
}

export function ReviewDialog({ caseId, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', reviewCase);
  const [verdict, setVerdict] = useState('');
  const [words, setWords] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (verdict !== '' && words.trim().length >= 3) void send({ id: caseId, verdict: verdict === 'passed' ? 'passed' : 'returned', words: words.trim() }).then(onClose, () => undefined);
  };
  return (
    <Ask title={t('cases.review')} verb={t('cases.review')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <ChoiceGroup label={t('cases.review.verdict')} value={verdict} onValue={setVerdict} error={problem?.of('/verdict') ?? missing(isTried, verdict === '', t('cases.review.verdict'))} choices={(['passed', 'returned'] as const).map((value) => ({ value, title: t(`cases.review.${value}`) }))} />
      <TextArea label={t('cases.review.words')} rows={5} value={words} onValue={setWords} maxLength={8_000} error={missing(isTried, words.trim().length < 3, t('cases.reason.missing'))} />
    </Ask>
  );
}

const REASONS = { person: strikePerson, allegation: strikeAllegation, loss: strikeLoss, reopen: reopenCase } as const;

/** Strikes a line, or opens the case again, with the reason. */
export function ReasonDialog({ caseId, what, rowId, name, onClose }: Given & { what: keyof typeof REASONS; rowId?: string; name: string }) {
  const sends = { person: useSend('cases', strikePerson), allegation: useSend('cases', strikeAllegation), loss: useSend('cases', strikeLoss), reopen: useSend('cases', reopenCase) };
  const { isBusy, problem } = sends[what];
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (reason.trim().length < 3) return;
    const sent = what === 'reopen' ? sends.reopen.send({ id: caseId, reason: reason.trim() }) : sends[what].send({ id: caseId, rowId: rowId ?? '', reason: reason.trim() });
    void sent.then(onClose, () => undefined);
  };
  const title = what === 'reopen' ? t('cases.reopen') : t('cases.strike.title', { name });
  return (
    <Ask title={title} verb={what === 'reopen' ? t('cases.reopen') : t('cases.strike')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={missing(isTried, reason.trim().length < 3, t('cases.reason.missing'))} />
    </Ask>
  );
}

/** Proposes to close the case; another member decides it too. */
export function CloseDialog({ caseId, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', closeCase);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const submit = (): void => {
    setTried(true);
    if (reason.trim().length >= 3) void send({ id: caseId, reason: reason.trim() }).then(setMade, () => undefined);
  };
  if (made) return <Dialog title={t('cases.close')} onClose={onClose} actions={<Button onClick={onClose}>{t('cases.done')}</Button>}><DecisionOutcome {...made} /></Dialog>;
  return (
    <Ask title={t('cases.close')} verb={t('cases.close.propose')} {...{ isBusy, problem, onClose }} onSubmit={submit}>
      <p className="t2">{t('cases.close.said')}</p>
      <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={missing(isTried, reason.trim().length < 3, t('cases.reason.missing'))} />
    </Ask>
  );
}
