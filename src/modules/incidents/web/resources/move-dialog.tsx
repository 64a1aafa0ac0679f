import { useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Resource } from '../../resource-contract.ts';
import type { ResourceVerb } from '../../resource-rules.ts';
import { t } from './messages.en.ts';
import css from './resources.module.css';
import type { Moves, Said } from './use-moves.ts';

type Props = { card: Resource; verb: ResourceVerb; moves: Moves; timeZone: string; onClose: () => void; onMoved: () => void };

/** What a move needs beside the card: to what, from where, why. */
export function MoveDialog({ card, verb, moves, timeZone, onClose, onMoved }: Props) {
  const [said, setSaid] = useState<Said>({ place: verb === 'check-in' ? card.place : '', departedFrom: card.departedFrom, travel: card.travel, contact: card.contact, leader: card.leader, to: card.assignedTo });
  const [isTried, setTried] = useState(false);
  const set = (key: keyof Said) => (value: string): void => setSaid({ ...said, [key]: value });
  const lacksTo = verb === 'assign' && (said.to ?? '').trim() === '';
  const lacksReason = verb === 'out-of-service' && (said.reason ?? '').trim().length < 3;
  const submit = (): void => {
    setTried(true);
    if (lacksTo || lacksReason) return;
    void moves.move(card, verb, said).then(() => { onMoved(); onClose(); }, () => undefined);
  };
  return (
    <Dialog title={`${t(`cards.verb.${verb}`)}: ${card.name}`} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('cards.cancel')}</Button><Button type="submit" look="filled" isBusy={moves.isBusy}>{t(`cards.verb.${verb}`)}</Button></>}>
      <div className={css.form}>
        {moves.problem && <FaultSummary faults={moves.problem.errors} detail={moves.problem.detail} />}
        {verb === 'assign' && <TextField label={t('cards.to')} value={said.to ?? ''} onValue={set('to')} maxLength={200} autoComplete="off" error={isTried && lacksTo ? t('cards.to.missing') : undefined} />}
        {verb === 'assign' && <TextField label={t('cards.reports')} isOptional value={said.place ?? ''} onValue={set('place')} maxLength={200} autoComplete="off" />}
        {verb === 'out-of-service' && <TextField label={t('cards.reason')} value={said.reason ?? ''} onValue={set('reason')} maxLength={1_000} autoComplete="off" error={isTried && lacksReason ? t('cards.reason.missing') : undefined} />}
        {verb === 'release' && <TextField label={t('cards.destination')} isOptional value={said.destination ?? ''} onValue={set('destination')} maxLength={200} autoComplete="off" />}
        {verb === 'check-in' && (
          <>
            <TextField label={t('cards.place')} isOptional value={said.place ?? ''} onValue={set('place')} maxLength={200} autoComplete="off" />
            <TextField label={t('cards.contact')} isOptional value={said.contact ?? ''} onValue={set('contact')} maxLength={200} autoComplete="off" />
            <TextField label={t('cards.leader')} isOptional value={said.leader ?? ''} onValue={set('leader')} maxLength={200} autoComplete="off" />
            <TextField label={t('cards.from')} isOptional value={said.departedFrom ?? ''} onValue={set('departedFrom')} maxLength={200} autoComplete="off" />
            <TextField label={t('cards.travel')} isOptional value={said.travel ?? ''} onValue={set('travel')} maxLength={200} autoComplete="off" />
          </>
        )}
        <MomentField label={t('cards.when')} isOptional value={said.at ?? null} onValue={(at) => { const { at: _, ...rest } = said; setSaid(at === null ? rest : { ...rest, at }); }} timeZone={timeZone} />
      </div>
    </Dialog>
  );
}
