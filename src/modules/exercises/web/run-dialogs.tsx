import { useState } from 'react';
import { CAPABILITY_CHOICES, CAUSE_CHOICES, RATING_CHOICES } from '#modules/incidents/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { CheckField, ChoiceGroup, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addAction, addObservation, declareIncident, endExercise, type Expectation, finishEvaluation, type Inject, jumpClock, type Observation, rateExpectation, skipInject, strikeObservation } from '../contract.ts';
import { elapsedS, type Rating } from '../rules.ts';
import { Ask, MIN_REASON, type Props } from './ask.tsx';
import css from './exercises.module.css';
import { t } from './messages.en.ts';

const short = (words: string): boolean => words.trim().length < MIN_REASON;

export function EndDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', endExercise);
  const [note, setNote] = useState('');
  return (
    <Ask title={t('exercises.end.of', { number: exercise.number })} does={t('exercises.end')} sending={sending} isDanger onClose={onClose} send={() => (short(note) ? null : sending.send({ id: exercise.id, note: note.trim() }))}>
      {(isTried) => <>
        <p className="t2">{t('exercises.end.help')}</p>
        <TextArea label={t('exercises.end.note')} rows={2} value={note} onValue={setNote} error={isTried && short(note) ? t('exercises.end.missing') : undefined} />
      </>}
    </Ask>
  );
}

export function JumpDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', jumpClock);
  const [from] = useState(() => elapsedS(exercise, Date.now()));
  const [minutes, setMinutes] = useState(String(Math.ceil(from / 60) + 5));
  const [isSkipping, setSkipping] = useState(false);
  const isNumber = /^\d{1,5}$/.test(minutes.trim());
  return (
    <Ask title={t('exercises.jump')} does={t('exercises.jump')} sending={sending} onClose={onClose} send={() => (isNumber ? sending.send({ id: exercise.id, toS: Number(minutes) * 60, isSkipping }) : null)}>
      {(isTried) => <>
        <NumberField label={t('exercises.jump.to')} unit={t('exercises.minutes.unit')} value={minutes} onValue={setMinutes} error={sending.problem?.of('/toS') ?? (isTried && !isNumber ? t('exercises.minutes.missing') : undefined)} />
        <CheckField label={t('exercises.jump.skip')} isOn={isSkipping} onValue={setSkipping} />
      </>}
    </Ask>
  );
}

export function SkipDialog({ exercise, inject, onClose }: Props & { inject: Inject }) {
  const sending = useSend('exercises', skipInject);
  const [reason, setReason] = useState('');
  return (
    <Ask title={t('exercises.skip.of', { title: inject.title })} does={t('exercises.skip')} sending={sending} onClose={onClose} send={() => (short(reason) ? null : sending.send({ id: exercise.id, rowId: inject.id, reason: reason.trim() }))}>
      {(isTried) => <TextArea label={t('exercises.reason')} rows={2} value={reason} onValue={setReason} error={isTried && short(reason) ? t('exercises.reason.missing') : undefined} />}
    </Ask>
  );
}

export function IncidentDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', declareIncident);
  const [title, setTitle] = useState(exercise.title);
  const [severity, setSeverity] = useState('3');
  return (
    <Ask title={t('exercises.incident.declare')} does={t('exercises.incident.declare')} sending={sending} onClose={onClose} send={() => (title.trim() === '' ? null : sending.send({ id: exercise.id, title: title.trim(), severity: Number(severity) }))}>
      {(isTried) => <>
        <p className="t2">{t('exercises.incident.help')}</p>
        <TextField label={t('exercises.incident.title')} value={title} onValue={setTitle} error={sending.problem?.of('/title') ?? (isTried && title.trim() === '' ? t('exercises.name.missing') : undefined)} />
        <SelectField label={t('exercises.incident.severity')} value={severity} onValue={setSeverity} choices={['1', '2', '3', '4', '5'].map((value) => ({ value, title: value }))} />
      </>}
    </Ask>
  );
}

export function RateDialog({ exercise, expectation, onClose }: Props & { expectation: Expectation }) {
  const sending = useSend('exercises', rateExpectation);
  const [rating, setRating] = useState<string>(expectation.rating ?? '');
  const [observation, setObservation] = useState(expectation.observation);
  return (
    <Ask title={t('exercises.rate.of', { text: expectation.text })} does={t('exercises.rate')} sending={sending} onClose={onClose} send={() => (rating === '' ? null : sending.send({ id: exercise.id, rowId: expectation.id, rating: rating as Rating, observation: observation.trim() }))}>
      {(isTried) => <>
        <ChoiceGroup label={t('exercises.rating')} value={rating} onValue={setRating} choices={RATING_CHOICES} error={isTried && rating === '' ? t('exercises.rating.missing') : undefined} />
        <TextArea label={t('exercises.seen')} rows={3} isOptional value={observation} onValue={setObservation} error={sending.problem?.of('/observation')} />
      </>}
    </Ask>
  );
}

export function ObservationDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', addObservation);
  const [kind, setKind] = useState('improvement');
  const [capability, setCapability] = useState<string>(CAPABILITY_CHOICES[0]?.value ?? '');
  const [text, setText] = useState('');
  const [cause, setCause] = useState('');
  const [recommendation, setRecommendation] = useState('');
  const isToMend = kind === 'improvement';
  const send = () => (text.trim() === '' ? null : sending.send({ id: exercise.id, kind: isToMend ? 'improvement' : 'strength', capability, text: text.trim(), cause: isToMend && cause !== '' ? cause : null, recommendation: isToMend ? recommendation.trim() : '' }));
  return (
    <Ask title={t('exercises.observe')} does={t('exercises.observe')} sending={sending} onClose={onClose} send={send}>
      {(isTried) => <>
        <ChoiceGroup label={t('exercises.observation.kind')} value={kind} onValue={setKind} choices={['strength', 'improvement'].map((value) => ({ value, title: t(`exercises.observation.${value as 'strength' | 'improvement'}`) }))} />
        <SelectField label={t('exercises.capability')} value={capability} onValue={setCapability} choices={CAPABILITY_CHOICES} />
        <TextArea label={t('exercises.seen')} rows={3} value={text} onValue={setText} error={sending.problem?.of('/text') ?? (isTried && text.trim() === '' ? t('exercises.seen.missing') : undefined)} />
        {isToMend && <SelectField label={t('exercises.cause')} isOptional value={cause} onValue={setCause} placeholder="" choices={CAUSE_CHOICES} />}
        {isToMend && <TextArea label={t('exercises.recommendation')} rows={2} isOptional value={recommendation} onValue={setRecommendation} />}
      </>}
    </Ask>
  );
}

export function StrikeDialog({ exercise, observation, onClose }: Props & { observation: Observation }) {
  const sending = useSend('exercises', strikeObservation);
  const [reason, setReason] = useState('');
  return (
    <Ask title={t('exercises.strike.of')} does={t('exercises.strike')} sending={sending} isDanger onClose={onClose} send={() => (short(reason) ? null : sending.send({ id: exercise.id, rowId: observation.id, reason: reason.trim() }))}>
      {(isTried) => <><p className="t2">{observation.text}</p><TextArea label={t('exercises.reason')} rows={2} value={reason} onValue={setReason} error={isTried && short(reason) ? t('exercises.reason.missing') : undefined} /></>}
    </Ask>
  );
}

export function ActionDialog({ exercise, observation, onClose }: Props & { observation: Observation }) {
  const sending = useSend('exercises', addAction);
  const [title, setTitle] = useState(observation.recommendation.slice(0, 180));
  const [owner, setOwner] = useState<Option | null>(null);
  const [dueAt, setDueAt] = useState<string | null>(null);
  const send = () => (title.trim() === '' || !owner || dueAt === null ? null : sending.send({ id: exercise.id, observationId: observation.id, title: title.trim(), ownerId: owner.value, dueAt }));
  return (
    <Ask title={t('exercises.action.give')} does={t('exercises.action.give')} sending={sending} onClose={onClose} send={send}>
      {(isTried) => <>
        <TextField label={t('exercises.action')} value={title} onValue={setTitle} error={sending.problem?.of('/title') ?? (isTried && title.trim() === '' ? t('exercises.action.missing') : undefined)} />
        <div className={css.form}>
          <PersonPicker label={t('exercises.action.owner')} value={owner} onValue={setOwner} error={sending.problem?.of('/ownerId') ?? (isTried && !owner ? t('exercises.action.owner.missing') : undefined)} />
          <MomentField label={t('exercises.action.due')} meaning="future" value={dueAt} onValue={setDueAt} timeZone={exercise.timeZone ?? readersZone()} error={sending.problem?.of('/dueAt') ?? (isTried && dueAt === null ? t('exercises.action.due.missing') : undefined)} />
        </div>
      </>}
    </Ask>
  );
}

export function FinishDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', finishEvaluation);
  const [summary, setSummary] = useState('');
  return (
    <Ask title={t('exercises.finish.of', { number: exercise.number })} does={t('exercises.finish')} sending={sending} onClose={onClose} send={() => (short(summary) ? null : sending.send({ id: exercise.id, summary: summary.trim() }, { ifMatch: exercise.version }))}>
      {(isTried) => <>
        <p className="t2">{t('exercises.finish.help')}</p>
        <TextArea label={t('exercises.summary')} rows={4} value={summary} onValue={setSummary} error={sending.problem?.of('/summary') ?? (isTried && short(summary) ? t('exercises.summary.missing') : undefined)} />
      </>}
    </Ask>
  );
}
