import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, IconButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextArea } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { ageWords } from '#ui/times.ts';
import { type Ladder, listLadders, setLadder } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notify.module.css';

type Role = { key: string; title: string };

export default function LaddersPage() {
  const reading = useRead('notify', listLadders, {});
  const [changing, setChanging] = useState<Ladder | null>(null);
  useWhere({ title: t('notify.ladders') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('notify.ladders')}</h1>
      <Panel title={t('notify.ladders')}>
        <p className={`t2 ${css.pad}`}>{t('notify.ladders.why')} {t('notify.ladder.last')}</p>
        <Asked reading={reading}>
          {({ items }) => (
            <ul>
              {items.map((ladder) => (
                <li key={ladder.class} className={css.ladder}>
                  <span><b className="strong">{ladder.title}</b> <span className="t3">{ladder.isOwn ? t('notify.ladder.own', { name: ladder.changedBy ?? '' }) : t('notify.ladder.shipped')}</span></span>
                  <Button aria-label={t('notify.ladder.change.of', { title: ladder.title })} onClick={() => setChanging(ladder)}>{t('notify.ladder.change')}</Button>
                  <ol>{ladder.steps.map((step, at) => <li key={at}>{t('notify.ladder.step', { n: at + 1 })} {step.roleTitle} <span className="t2">{t('notify.ladder.within', { time: ageWords(step.withinS * 1000) })}</span></li>)}</ol>
                </li>
              ))}
            </ul>
          )}
        </Asked>
      </Panel>
      {changing && reading.data && <ChangeDialog ladder={changing} roles={reading.data.roles} onClose={() => setChanging(null)} />}
    </div>
  );
}

type Draft = { id: number; role: string; minutes: string };
let lastId = 0;
const draftOf = (role: string, withinS: number): Draft => ({ id: ++lastId, role, minutes: String(Math.round(withinS / 60)) });
const isMinutes = (minutes: string): boolean => /^\d{1,4}$/.test(minutes.trim()) && Number(minutes) >= 1 && Number(minutes) <= 1440;

function ChangeDialog({ ladder, roles, onClose }: { ladder: Ladder; roles: readonly Role[]; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notify', setLadder);
  const [steps, setSteps] = useState<readonly Draft[]>(() => ladder.steps.map(({ role, withinS }) => draftOf(role, withinS)));
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const change = (id: number, with_: Partial<Draft>): void => setSteps(steps.map((step) => (step.id === id ? { ...step, ...with_ } : step)));
  const reasonFault = reason.trim().length < 3 ? t('notify.ladder.reason.missing') : undefined;
  const save = async (wanted: readonly Draft[]): Promise<void> => {
    setTried(true);
    if (reasonFault || wanted.some((step) => !isMinutes(step.minutes) || step.role === '')) return;
    await send({ class: ladder.class, steps: wanted.map(({ role, minutes }) => ({ role, withinS: Number(minutes) * 60 })), reason: reason.trim() });
    announce(t('notify.ladder.saved'));
    onClose();
  };
  return (
    <Dialog
      title={ladder.title} onClose={onClose} onSubmit={() => void (steps.length > 0 ? save(steps) : Promise.resolve(setTried(true))).catch(() => undefined)}
      actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('notify.save')}</Button>{ladder.isOwn && <Button onClick={() => void save([]).catch(() => undefined)}>{t('notify.ladder.reset')}</Button>}<Button onClick={onClose}>{t('notify.cancel')}</Button></>}
    >
      <FaultSummary faults={[]} detail={problem?.detail ?? (isTried && steps.length === 0 ? t('notify.ladder.none') : undefined)} />
      {steps.map((step, at) => (
        <div key={step.id} className={css.step}>
          <SelectField label={t('notify.ladder.role', { n: at + 1 })} value={step.role} onValue={(role) => change(step.id, { role })} choices={roles.map(({ key, title }) => ({ value: key, title }))} error={problem?.of(`/steps/${at}/role`)} />
          <NumberField label={t('notify.ladder.minutes')} value={step.minutes} onValue={(minutes) => change(step.id, { minutes })} error={isTried && !isMinutes(step.minutes) ? t('notify.ladder.minutes.wrong') : undefined} />
          <IconButton icon="close" label={t('notify.ladder.remove', { n: at + 1 })} onClick={() => setSteps(steps.filter(({ id }) => id !== step.id))} />
        </div>
      ))}
      {steps.length < 8 && <Button icon="add" onClick={() => setSteps([...steps, draftOf(roles[0]?.key ?? '', 600)])}>{t('notify.ladder.add')}</Button>}
      <TextArea label={t('notify.ladder.reason')} rows={2} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? reasonFault : undefined)} />
    </Dialog>
  );
}
