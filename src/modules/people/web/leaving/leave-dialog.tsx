import { useState } from 'react';
import { call } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Asked } from '#ui/states.tsx';
import { type HandedOver, listHandedOver, listOpenWork, markLeaver, type Person, suspendPerson } from '../../contract.ts';
import { t as people } from '../messages.en.ts';
import { PersonPicker } from '../public.tsx';
import css from './leaving.module.css';
import { t } from './messages.en.ts';
import { WorkList } from './work-list.tsx';

export type Ending = 'suspend' | 'leave';

const linesOf = (ending: Ending, name: string): readonly string[] => [
  t('leaving.keys', { name }), ending === 'leave' ? t('leaving.roles.end') : t('leaving.roles.stay', { name }), t('leaving.walls', { name }), ...(ending === 'leave' ? [t('leaving.keep', { name }), t('leaving.back')] : []), t('leaving.recorded'),
];

/** Suspends a person or marks them as left: what happens is said first, and who gets their work is chosen. */
export function LeaveDialog({ person, ending, onClose }: { person: Person; ending: Ending; onClose: () => void }) {
  const [suspending, leaving] = [useSend('people', suspendPerson), useSend('people', markLeaver)];
  const { send, isBusy, problem } = ending === 'suspend' ? suspending : leaving;
  const work = useRead('people', listOpenWork, { id: person.id });
  const [to, setTo] = useState<Option | null>(null);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [handedOver, setHandedOver] = useState<readonly HandedOver[]>([]);
  const { name } = person;
  const isShort = reason.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    const done = await send({ id: person.id, reason: reason.trim(), handTo: to?.value ?? null });
    announce(t(ending === 'suspend' ? 'leaving.done.suspend' : 'leaving.done.leave', { name }));
    const { items } = done.handoverId ? await call('people', listHandedOver, { id: person.id, handoverId: done.handoverId }).catch(() => ({ items: [] })) : { items: [] };
    if (items.length === 0) onClose();
    else setHandedOver(items);
  };
  const title = `${people(`people.${ending}`)}: ${name}`;
  if (handedOver.length > 0) return <Dialog title={t('leaving.handed')} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('leaving.close')}</Button>}><WorkList items={handedOver} /></Dialog>;
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{people(`people.${ending}`)}</Button><Button onClick={onClose}>{people('people.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <div className={css.what}><b className="strong">{t('leaving.what')}</b><ul>{linesOf(ending, name).map((line) => <li key={line}>{line}</li>)}</ul></div>
      <div className={css.part}>
        <b className="strong">{t('leaving.work')}</b>
        <Asked reading={work}>{({ items }) => (items.length === 0 ? <p className="t2">{t('leaving.work.none', { name })}</p> : <><p className="t2">{t('leaving.work.yours', { n: items.length })}</p><WorkList items={items} /></>)}</Asked>
      </div>
      <PersonPicker label={t('leaving.to')} help={t('leaving.to.help')} value={to} onValue={setTo} error={problem?.of('/handTo')} />
      <TextArea label={people('people.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried && isShort ? people('people.reason.missing') : undefined)} />
    </Dialog>
  );
}
