import { useState } from 'react';
import { CAPABILITY_CHOICES } from '#modules/incidents/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addObjective, cancelExercise, changeExercise, type ExerciseDetail, planExercise, setParticipants } from '../contract.ts';
import type { KINDS, ROLES } from '../rules.ts';
import { Ask, MIN_REASON, type Props } from './ask.tsx';
import css from './exercises.module.css';
import { t } from './messages.en.ts';
import { KIND_CHOICES, ROLE_CHOICES } from './words.tsx';

type Kind = (typeof KINDS)[number];
type Role = (typeof ROLES)[number];

/** Plans an exercise, or changes what is planned. */
export function PlanDialog({ exercise, onClose, onDone }: { exercise: ExerciseDetail | null; onClose: () => void; onDone?: (after: ExerciseDetail) => void }) {
  const planning = useSend('exercises', planExercise);
  const changing = useSend('exercises', changeExercise);
  const sending = exercise ? changing : planning;
  const [title, setTitle] = useState(exercise?.title ?? '');
  const [kind, setKind] = useState<string>(exercise?.kind ?? 'tabletop');
  const [scenario, setScenario] = useState(exercise?.scenario ?? '');
  const [plannedFor, setPlannedFor] = useState<string | null>(exercise?.plannedFor ?? null);
  const [site, setSite] = useState<Option | null>(null);
  const send = () => {
    if (title.trim() === '' || plannedFor === null) return null;
    const facts = { title: title.trim(), kind: kind as Kind, scenario: scenario.trim(), plannedFor };
    return exercise ? changing.send({ id: exercise.id, ...facts }, { ifMatch: exercise.version }) : planning.send({ ...facts, siteId: site?.value ?? null });
  };
  return (
    <Ask title={exercise ? t('exercises.change.of', { number: exercise.number }) : t('exercises.new')} does={exercise ? t('exercises.save') : t('exercises.plan')} sending={sending} send={send} onClose={onClose} {...(onDone && { onDone })}>
      {(isTried) => <>
        <TextField label={t('exercises.name')} value={title} onValue={setTitle} error={sending.problem?.of('/title') ?? (isTried && title.trim() === '' ? t('exercises.name.missing') : undefined)} />
        <div className={css.form}>
          <SelectField label={t('exercises.kind')} value={kind} onValue={setKind} choices={KIND_CHOICES} />
          <MomentField label={t('exercises.planned')} meaning="future" value={plannedFor} onValue={setPlannedFor} timeZone={exercise?.timeZone ?? readersZone()} error={sending.problem?.of('/plannedFor') ?? (isTried && plannedFor === null ? t('exercises.planned.missing') : undefined)} />
        </div>
        {!exercise && <SitePicker label={t('exercises.site')} help={t('exercises.site.help')} isOptional value={site} onValue={setSite} error={planning.problem?.of('/siteId')} />}
        <TextArea label={t('exercises.scenario')} rows={4} isOptional value={scenario} onValue={setScenario} error={sending.problem?.of('/scenario')} />
      </>}
    </Ask>
  );
}

export function CancelDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', cancelExercise);
  const [reason, setReason] = useState('');
  const isMissing = reason.trim().length < MIN_REASON;
  return (
    <Ask title={t('exercises.cancel.of', { number: exercise.number })} does={t('exercises.cancel.do')} sending={sending} isDanger onClose={onClose} send={() => (isMissing ? null : sending.send({ id: exercise.id, reason: reason.trim() }))}>
      {(isTried) => <TextArea label={t('exercises.reason')} rows={2} value={reason} onValue={setReason} error={isTried && isMissing ? t('exercises.reason.missing') : undefined} />}
    </Ask>
  );
}

/** Who takes part as what. */
export function PeopleDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', setParticipants);
  const [people, setPeople] = useState(exercise.participants.map(({ person, role }) => ({ ...person, role })));
  const [next, setNext] = useState<Option | null>(null);
  const [role, setRole] = useState<string>('player');
  const add = (): void => {
    if (!next) return;
    setPeople([...people.filter(({ id }) => id !== next.value), { id: next.value, name: next.title, role: role as Role }]);
    setNext(null);
  };
  const at = (id: string): number => people.findIndex((one) => one.id === id);
  return (
    <Ask title={t('exercises.people.set')} does={t('exercises.save')} sending={sending} onClose={onClose} send={() => sending.send({ id: exercise.id, people: people.map(({ id, role: as }) => ({ personId: id, role: as })) }, { ifMatch: exercise.version })}>
      {() => <>
        <ul className={css.list}>
          {people.map((one) => (
            <li key={one.id}>
              <span className={css.words}><b className="strong">{one.name}</b><span className="t2 small">{t(`exercises.role.${one.role}`)}</span>{sending.problem?.of(`/people/${at(one.id)}/personId`) && <span role="alert" className="small">{sending.problem.of(`/people/${at(one.id)}/personId`)}</span>}</span>
              <Button onClick={() => setPeople(people.filter(({ id }) => id !== one.id))}>{t('exercises.people.out', { name: one.name })}</Button>
            </li>
          ))}
        </ul>
        <div className={css.form}>
          <PersonPicker label={t('exercises.people.who')} isOptional value={next} onValue={setNext} />
          <SelectField label={t('exercises.people.as')} value={role} onValue={setRole} choices={ROLE_CHOICES} />
        </div>
        <Button onClick={add}>{t('exercises.people.add')}</Button>
      </>}
    </Ask>
  );
}

export function ObjectiveDialog({ exercise, onClose }: Props) {
  const sending = useSend('exercises', addObjective);
  const [text, setText] = useState('');
  const [capability, setCapability] = useState<string>(CAPABILITY_CHOICES[0]?.value ?? '');
  return (
    <Ask title={t('exercises.objective.add')} does={t('exercises.objective.add')} sending={sending} onClose={onClose} send={() => (text.trim() === '' ? null : sending.send({ id: exercise.id, text: text.trim(), capability }))}>
      {(isTried) => <>
        <TextArea label={t('exercises.objective')} help={t('exercises.objective.help')} rows={2} value={text} onValue={setText} error={sending.problem?.of('/text') ?? (isTried && text.trim() === '' ? t('exercises.objective.missing') : undefined)} />
        <SelectField label={t('exercises.capability')} value={capability} onValue={setCapability} choices={CAPABILITY_CHOICES} />
      </>}
    </Ask>
  );
}
