import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary } from '#ui/field.tsx';
import { placeWords } from '#modules/signals/web/public.tsx';
import { actTogether, type Alarm } from '../contract.ts';
import { t } from './messages.en.ts';
import { verbsFor } from './next-step.ts';
import css from './queue-pane.module.css';
import { whereWords } from './words.ts';

const MOST = 100;
export const TOGETHER = ['claim', 'acknowledge'] as const;
/** What is to be done to the alarms of a group, as they were drawn when it was asked: nothing joins them afterwards. */
export type TogetherAsked = { verb: (typeof TOGETHER)[number]; alarms: readonly Alarm[]; title: string };

/** What can be done to a whole group of the queue. */
export function Together({ onAsk }: { onAsk: (verb: TogetherAsked['verb']) => void }) {
  const mayHandle = useMay('alarms:handle');
  if (!mayHandle) return null;
  return <span className={css.bucketActs}>{TOGETHER.map((verb) => <Button key={verb} look="quiet" onClick={() => onAsk(verb)}>{t(`watch.together.${verb}`)}</Button>)}</span>;
}

type Told = { done: readonly Alarm[]; left: readonly { alarm: Alarm | undefined; reason: string }[] };

/** Says which alarms it would be, does it, and stays to say what was left and by whom it is held. */
export function TogetherDialog({ asked: { verb, alarms, title }, onClose }: { asked: TogetherAsked; onClose: () => void }) {
  const sending = useSend('alarms', actTogether);
  const me = useMe().personId;
  const [told, setTold] = useState<Told | null>(null);
  const isOpenTo = (alarm: Alarm): boolean => verbsFor(alarm, me, { handle: true, close: false, supervise: false, declare: false }).has(verb);
  const able = alarms.filter(isOpenTo);
  const now = able.slice(0, MOST);
  const passed = alarms.filter((alarm) => !isOpenTo(alarm));
  const submit = async (): Promise<void> => {
    const { done, left } = await sending.send({ verb, ids: now.map(({ id }) => id) });
    say(t(`watch.together.${verb}.done`, { n: done.length }));
    if (left.length === 0) return onClose();
    setTold({ done, left: left.map(({ id, reason }) => ({ alarm: now.find((alarm) => alarm.id === id), reason })) });
  };
  if (told) return <Outcome verb={verb} title={title} told={told} onClose={onClose} />;
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<>{now.length > 0 && <Button type="submit" look="filled" isBusy={sending.isBusy} data-autofocus>{t(`watch.together.${verb}.n`, { n: now.length })}</Button>}<Button onClick={onClose}>{t('watch.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={[]} detail={sending.problem.detail} />}
      {now.length === 0 ? <p>{t(`watch.together.${verb}.none`)}</p> : <Alarms rows={now} />}
      {able.length > now.length && <p>{t('watch.together.more', { n: able.length - now.length, most: MOST })}</p>}
      {passed.length > 0 && <><p className="t2">{t('watch.together.passed', { n: passed.length })}</p><Alarms rows={passed} isHolderSaid /></>}
    </Dialog>
  );
}

function Outcome({ verb, title, told: { done, left }, onClose }: Pick<TogetherAsked, 'verb' | 'title'> & { told: Told; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose} actions={<Button look="filled" onClick={onClose} data-autofocus>{t('watch.together.read')}</Button>}>
      <p>{t(`watch.together.${verb}.done`, { n: done.length })}</p>
      <p className="t2">{t('watch.together.left', { n: left.length })}</p>
      <ul className={css.togetherList}>{left.map(({ alarm, reason }) => <li key={alarm?.id ?? reason}><b>{alarm?.title}</b> <span className="t2">{alarm?.number}</span><br />{reason}</li>)}</ul>
    </Dialog>
  );
}

const Alarms = ({ rows, isHolderSaid = false }: { rows: readonly Alarm[]; isHolderSaid?: boolean }) => (
  <ul className={css.togetherList}>
    {rows.map((alarm) => (
      <li key={alarm.id}>
        <b>{alarm.title}</b> <span className="t2">{[alarm.number, whereWords(alarm, placeWords(alarm.point, alarm.area)), ...(isHolderSaid && alarm.owner ? [alarm.owner] : [])].join(' · ')}</span>
      </li>
    ))}
  </ul>
);
