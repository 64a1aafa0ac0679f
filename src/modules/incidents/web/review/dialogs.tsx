import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { DecisionOutcome } from '#platform/two-person/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addAction, addObservation, changeObservation, changeReview, Element, finishReview, type Observation, type Review, strikeObservation } from '../../review-contract.ts';
import { capabilityTitle, REVIEW } from '../../review-rules.ts';
import { t } from './messages.en.ts';
import css from './review.module.css';

type Given = { review: Review; onClose: () => void };
type Sent = { isBusy: boolean; problem: { detail: string; errors: readonly { pointer: string; detail: string }[] } | null };

const Foot = ({ words, isBusy, onClose }: { words: string; isBusy: boolean; onClose: () => void }) => <><Button onClick={onClose}>{t('incidents.review.cancel')}</Button><Button type="submit" look="filled" isBusy={isBusy}>{words}</Button></>;
const Refused = ({ sent }: { sent: Sent }) => (sent.problem ? <FaultSummary faults={sent.problem.errors} detail={sent.problem.detail} /> : null);
const zoneOf = ({ incident }: Review): string => incident.timeZone ?? readersZone();

/** Summary, when it was held, and how each capability was performed. */
export function SummaryDialog({ review, onClose }: Given) {
  const sending = useSend('incidents', changeReview);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(review.version);
  const [summary, setSummary] = useState(review.summary);
  const [heldAt, setHeldAt] = useState(review.heldAt);
  const [ratings, setRatings] = useState<Record<string, string>>(review.ratings);
  const save = (): void => {
    const rated = Object.fromEntries(Object.entries(ratings).filter(([, rating]) => rating !== '')) as Review['ratings'];
    void sending.send({ id: review.incident.id, summary: summary.trim(), heldAt, ratings: rated }, { ifMatch: version }).then(onClose, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('incidents.review.edit')} onClose={onClose} onSubmit={save} actions={<Foot words={t('incidents.review.save')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <TextArea label={t('incidents.review.summary')} rows={6} value={summary} onValue={setSummary} maxLength={20_000} autoFocus />
        <MomentField label={t('incidents.review.held')} isOptional value={heldAt} onValue={setHeldAt} timeZone={zoneOf(review)} />
        <div className={css.ratings}>
          {REVIEW.capabilities.map(({ key }) => <SelectField key={key} label={capabilityTitle(key)} isOptional value={ratings[key] ?? ''} onValue={(rating) => setRatings({ ...ratings, [key]: rating })} placeholder={t('incidents.review.rating.not')} choices={REVIEW.ratings.map((one) => ({ value: one.key, title: `${one.key}: ${one.title}` }))} />)}
        </div>
      </div>
    </Dialog>
  );
}

/** What went well, or what is to be improved with its cause and what is recommended. */
export function ObservationDialog({ review, kind, observation, onClose }: Given & { kind: Observation['kind']; observation: Observation | null }) {
  const adding = useSend('incidents', addObservation);
  const changing = useSend('incidents', changeObservation);
  const [capability, setCapability] = useState(observation?.capability ?? '');
  const [text, setText] = useState(observation?.text ?? '');
  const [cause, setCause] = useState(observation?.cause ?? '');
  const [recommendation, setRecommendation] = useState(observation?.recommendation ?? '');
  const [noActionReason, setNoActionReason] = useState(observation?.noActionReason ?? '');
  const [isChecked, setChecked] = useState(false);
  const sent = observation ? changing : adding;
  const save = (): void => {
    setChecked(true);
    if (capability === '' || text.trim() === '') return;
    const values = { id: review.incident.id, kind, capability, text: text.trim(), cause: kind === 'strength' || cause === '' ? null : cause, recommendation: recommendation.trim(), noActionReason: noActionReason.trim(), at: observation?.at ?? null };
    void (observation ? changing.send({ ...values, rowId: observation.id }) : adding.send(values)).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t(`incidents.review.${kind}.add`)} onClose={onClose} onSubmit={save} actions={<Foot words={t('incidents.review.save')} isBusy={sent.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sent} />
        <SelectField label={t('incidents.review.capability')} value={capability} onValue={setCapability} placeholder={t('incidents.review.choose')} choices={REVIEW.capabilities.map(({ key, title }) => ({ value: key, title }))} error={isChecked && capability === '' ? t('incidents.review.capability.missing') : undefined} />
        <TextArea label={t('incidents.review.observation.what')} value={text} onValue={setText} maxLength={4_000} error={isChecked && text.trim() === '' ? t('incidents.review.observation.what.missing') : undefined} />
        {kind === 'improvement' && (
          <>
            <SelectField label={t('incidents.review.cause')} isOptional value={cause} onValue={setCause} placeholder={t('incidents.review.cause.not')} choices={REVIEW.causeGroups.flatMap((group) => group.causes.map((one) => ({ value: one.key, title: `${group.title}: ${one.title}` })))} />
            <TextArea label={t('incidents.review.recommendation')} isOptional rows={3} value={recommendation} onValue={setRecommendation} maxLength={4_000} />
            <TextField label={t('incidents.review.no-action')} help={t('incidents.review.no-action.help')} isOptional value={noActionReason} onValue={setNoActionReason} maxLength={1_000} autoComplete="off" />
          </>
        )}
      </div>
    </Dialog>
  );
}

export function StrikeObservationDialog({ review, observation, onClose }: Given & { observation: Observation }) {
  const sending = useSend('incidents', strikeObservation);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = reason.trim().length < 3;
  const save = (): void => {
    setChecked(true);
    if (!lacks) void sending.send({ id: review.incident.id, rowId: observation.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('incidents.review.observation.strike')} onClose={onClose} onSubmit={save} actions={<Foot words={t('incidents.review.observation.strike')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <p className={css.words}>{observation.text}</p>
        <TextField label={t('incidents.review.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isChecked && lacks ? t('incidents.review.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}

/** A corrective action: a task of somebody, with its due time. */
export function ActionDialog({ review, observation, onClose }: Given & { observation: Observation }) {
  const sending = useSend('incidents', addAction);
  const [title, setTitle] = useState('');
  const [detail, setDetail] = useState('');
  const [owner, setOwner] = useState<Option | null>(null);
  const [dueAt, setDueAt] = useState<string | null>(null);
  const [element, setElement] = useState<string>('planning');
  const [isChecked, setChecked] = useState(false);
  const chosen = Element.options.find((one) => one === element);
  const save = (): void => {
    setChecked(true);
    if (title.trim() === '' || !owner || !dueAt || !chosen) return;
    void sending.send({ id: review.incident.id, observationId: observation.id, title: title.trim(), detail: detail.trim(), ownerId: owner.value, dueAt, element: chosen }).then(() => {
      announce(t('incidents.review.action.given'));
      onClose();
    }, () => undefined);
  };
  return (
    <Dialog title={t('incidents.review.action.add')} onClose={onClose} onSubmit={save} actions={<Foot words={t('incidents.review.action.add')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <TextField label={t('incidents.review.action.title')} value={title} onValue={setTitle} maxLength={200} autoComplete="off" autoFocus error={isChecked && title.trim() === '' ? t('incidents.review.action.title.missing') : undefined} />
        <TextArea label={t('incidents.review.action.detail')} isOptional rows={3} value={detail} onValue={setDetail} maxLength={4_000} />
        <PersonPicker label={t('incidents.review.action.owner')} value={owner} onValue={setOwner} error={isChecked && !owner ? t('incidents.review.action.owner.missing') : undefined} />
        <MomentField label={t('incidents.review.action.due')} meaning="future" value={dueAt} onValue={setDueAt} timeZone={zoneOf(review)} error={isChecked && !dueAt ? t('incidents.review.action.due.missing') : undefined} />
        <SelectField label={t('incidents.review.action.element')} value={element} onValue={setElement} choices={REVIEW.elements.map(({ key, title: name }) => ({ value: key, title: name }))} />
      </div>
    </Dialog>
  );
}

/** Proposes to finish it, or says what is missing. */
export function FinishDialog({ review, onClose }: Given) {
  const sending = useSend('incidents', finishReview);
  const [done, setDone] = useState<{ decisionId: string; state: 'waiting' | 'alone' } | null>(null);
  const isWhole = review.missing.length === 0;
  const title = isWhole || done ? t('incidents.review.finish.title', { number: review.incident.number }) : t('incidents.review.missing', { n: review.missing.length });
  const propose = (): void => void sending.send({ id: review.incident.id }, { ifMatch: review.version }).then(setDone, () => undefined);
  return (
    <Dialog title={title} onClose={onClose} {...(isWhole && !done && { onSubmit: propose })} actions={isWhole && !done ? <Foot words={t('incidents.review.finish.do')} isBusy={sending.isBusy} onClose={onClose} /> : <Button onClick={onClose}>{t('incidents.review.cancel')}</Button>}>
      <Refused sent={sending} />
      {done ? <DecisionOutcome {...done} /> : isWhole ? <p>{t('incidents.review.finish.why')}</p> : <ul className={css.form}>{review.missing.map(({ pointer, detail }) => <li key={pointer}>{detail}</li>)}</ul>}
    </Dialog>
  );
}

/** Asks for the purpose of the paper of a walled review. */
export function PrintDialog({ onPrint, onClose }: { onPrint: (purpose: string) => void; onClose: () => void }) {
  const [purpose, setPurpose] = useState('');
  const [isChecked, setChecked] = useState(false);
  const lacks = purpose.trim().length < 3;
  const print = (): void => {
    setChecked(true);
    if (lacks) return;
    onPrint(purpose.trim());
    onClose();
  };
  return (
    <Dialog title={t('incidents.review.print')} onClose={onClose} onSubmit={print} actions={<Foot words={t('incidents.review.print')} isBusy={false} onClose={onClose} />}>
      <TextField label={t('incidents.review.purpose')} help={t('incidents.review.purpose.help')} value={purpose} onValue={setPurpose} maxLength={200} autoComplete="off" error={isChecked && lacks ? t('incidents.review.purpose.missing') : undefined} />
    </Dialog>
  );
}
