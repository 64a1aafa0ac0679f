import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { CheckField, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Picker } from '#ui/picker.tsx';
import { addInject, changeInject, type ExerciseDetail, type Inject, listSignalTypes } from '../contract.ts';
import { CHANNELS, MOST_S, TRIGGERS } from '../rules.ts';
import { Ask, type Props } from './ask.tsx';
import css from './exercises.module.css';
import { t } from './messages.en.ts';

type Expected = { id?: string; text: string; objectiveId: string | null; minutes: string };
const NONE = '';
const MINUTES = /^\d{1,5}$/;
const isMinutes = (words: string): boolean => MINUTES.test(words.trim()) && Number(words) * 60 <= MOST_S;

const expectedOf = (exercise: ExerciseDetail, inject: Inject | null): Expected[] =>
  exercise.expectations.filter(({ injectId }) => injectId === inject?.id).map(({ id, text, objectiveId, withinS }) => ({ id, text, objectiveId, minutes: withinS === null ? '' : String(Math.round(withinS / 60)) }));

/** An inject with what is expected upon it. */
export function InjectDialog({ exercise, inject, onClose }: Props & { inject: Inject | null }) {
  const adding = useSend('exercises', addInject);
  const changing = useSend('exercises', changeInject);
  const sending = inject ? changing : adding;
  const types = useRead('exercises', listSignalTypes, {});
  const [title, setTitle] = useState(inject?.title ?? '');
  const [text, setText] = useState(inject?.text ?? '');
  const [channel, setChannel] = useState<string>(inject?.channel ?? 'notice');
  const [trigger, setTrigger] = useState<string>(inject?.trigger ?? 'clock');
  const [after, setAfter] = useState(inject?.afterId ?? inject?.expectationId ?? NONE);
  const [minutes, setMinutes] = useState(String(Math.round((inject?.delayS ?? 0) / 60)));
  const [isAutomatic, setAutomatic] = useState(inject?.isAutomatic ?? false);
  const [type, setType] = useState(inject?.signalType ? { value: inject.signalType, title: inject.signalTitle ?? '' } : null);
  const [point, setPoint] = useState(inject?.signalPoint ?? '');
  const [expected, setExpected] = useState(expectedOf(exercise, inject));
  const goesAlone = channel !== 'spoken' && trigger !== 'hand';
  const others = exercise.injects.filter(({ id }) => id !== inject?.id);
  const asked = exercise.expectations.filter(({ injectId }) => injectId !== inject?.id);
  const isWhole = title.trim() !== '' && text.trim() !== '' && isMinutes(minutes) && (channel !== 'signal' || type !== null) && ((trigger !== 'inject' && trigger !== 'met') || after !== NONE) && expected.every((one) => one.text.trim() !== '' && (one.minutes.trim() === '' || isMinutes(one.minutes)));
  const send = () => {
    if (!isWhole) return null;
    const body = {
      id: exercise.id, title: title.trim(), text: text.trim(), channel: channel as Inject['channel'], trigger: trigger as Inject['trigger'], afterId: trigger === 'inject' ? after : null, expectationId: trigger === 'met' ? after : null, delayS: trigger === 'hand' ? 0 : Number(minutes) * 60,
      isAutomatic: goesAlone && isAutomatic, signalType: channel === 'signal' ? (type?.value ?? null) : null, signalPoint: channel === 'signal' && point.trim() !== '' ? point.trim() : null,
      expected: expected.map((one) => ({ ...(one.id !== undefined && { id: one.id }), text: one.text.trim(), objectiveId: one.objectiveId, withinS: Number(one.minutes) > 0 ? Number(one.minutes) * 60 : null })),
    };
    return inject ? changing.send({ ...body, rowId: inject.id }) : adding.send(body);
  };
  const of = (pointer: string): string | undefined => sending.problem?.of(pointer);
  const set = (at: number, more: Partial<Expected>): void => setExpected(expected.map((one, i) => (i === at ? { ...one, ...more } : one)));
  return (
    <Ask title={inject ? t('exercises.inject.change') : t('exercises.inject.add')} does={inject ? t('exercises.save') : t('exercises.inject.add')} sending={sending} size="wide" onClose={onClose} send={send}>
      {(isTried) => <>
        <TextField label={t('exercises.inject.title')} value={title} onValue={setTitle} error={of('/title') ?? (isTried && title.trim() === '' ? t('exercises.name.missing') : undefined)} />
        <TextArea label={t('exercises.inject.text')} rows={3} value={text} onValue={setText} error={of('/text') ?? (isTried && text.trim() === '' ? t('exercises.inject.text.missing') : undefined)} />
        <div className={css.form}>
          <SelectField label={t('exercises.channel')} value={channel} onValue={setChannel} choices={CHANNELS.map((value) => ({ value, title: t(`exercises.channel.${value}`) }))} />
          <SelectField label={t('exercises.when')} value={trigger} onValue={(value) => { setTrigger(value); setAfter(NONE); }} choices={TRIGGERS.map((value) => ({ value, title: t(`exercises.trigger.${value}`) }))} />
          {channel === 'signal' && <Picker label={t('exercises.signal.type')} value={type} onValue={setType} options={(types.data?.items ?? []).map(({ key, title: words }) => ({ value: key, title: words }))} isSearching={types.state === 'waiting'} error={of('/signalType') ?? (isTried && type === null ? t('exercises.signal.type.missing') : undefined)} />}
          {channel === 'signal' && <TextField label={t('exercises.signal.point')} isOptional value={point} onValue={setPoint} error={of('/signalPoint')} />}
          {trigger === 'inject' && <SelectField label={t('exercises.after')} value={after} onValue={setAfter} placeholder="" choices={others.map(({ id, title: words }) => ({ value: id, title: words }))} error={of('/afterId') ?? (isTried && after === NONE ? t('exercises.after.missing') : undefined)} />}
          {trigger === 'met' && <SelectField label={t('exercises.met')} value={after} onValue={setAfter} placeholder="" choices={asked.map(({ id, text: words }) => ({ value: id, title: words }))} error={of('/expectationId') ?? (isTried && after === NONE ? t('exercises.after.missing') : undefined)} />}
          {trigger !== 'hand' && <NumberField label={trigger === 'clock' ? t('exercises.delay.start') : t('exercises.delay.after')} unit={t('exercises.minutes.unit')} value={minutes} onValue={setMinutes} error={of('/delayS') ?? (isTried && !isMinutes(minutes) ? t('exercises.minutes.missing') : undefined)} />}
        </div>
        {goesAlone && <CheckField label={t('exercises.automatic')} isOn={isAutomatic} onValue={setAutomatic} />}
        <h3>{t('exercises.expected')}</h3>
        {expected.map((one, at) => (
          <div key={one.id ?? at} className={css.form}>
            <TextField label={t('exercises.expected.n', { n: at + 1 })} value={one.text} onValue={(words) => set(at, { text: words })} error={of(`/expected/${at}/text`) ?? (isTried && one.text.trim() === '' ? t('exercises.expected.missing') : undefined)} />
            <div className={css.form}>
              <SelectField label={t('exercises.objective')} isOptional value={one.objectiveId ?? NONE} onValue={(value) => set(at, { objectiveId: value === NONE ? null : value })} placeholder="" choices={exercise.objectives.map(({ id, text: words }) => ({ value: id, title: words }))} />
              <NumberField label={t('exercises.within')} isOptional unit={t('exercises.minutes.unit')} value={one.minutes} onValue={(words) => set(at, { minutes: words })} error={isTried && one.minutes.trim() !== '' && !isMinutes(one.minutes) ? t('exercises.minutes.missing') : undefined} />
            </div>
          </div>
        ))}
        <div className="row">
          <Button onClick={() => setExpected([...expected, { text: '', objectiveId: null, minutes: '' }])}>{t('exercises.expected.add')}</Button>
          {expected.at(-1) && expected.at(-1)?.id === undefined && <Button onClick={() => setExpected(expected.slice(0, -1))}>{t('exercises.expected.less')}</Button>}
        </div>
      </>}
    </Ask>
  );
}
