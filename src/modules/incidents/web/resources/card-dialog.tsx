import { Fragment, useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { Timeline } from '#ui/timeline.tsx';
import { listResourceMoves, type Resource, strikeResource } from '../../resource-contract.ts';
import { RESOURCE_VERBS, type ResourceVerb, STRIKABLE, verbsFrom } from '../../resource-rules.ts';
import { t } from './messages.en.ts';
import css from './resources.module.css';

type Props = { incidentId: string; card: Resource; siteZone: string | undefined; mayWrite: boolean; onVerb: (verb: ResourceVerb) => void; onChange: () => void; onClose: () => void };
const LATE_MS = 60_000;

const verbWords = (verb: string): string => {
  const known = RESOURCE_VERBS.find((one) => one === verb);
  return known ? t(`cards.verb.${known}`) : t('cards.verb.request');
};

/** One card: what it is, what it went through, and where it may go. */
export function CardDialog({ incidentId, card, siteZone, mayWrite, onVerb, onChange, onClose }: Props) {
  const moves = useRead('incidents', listResourceMoves, { id: incidentId, rowId: card.id });
  const [isStriking, setStriking] = useState(false);
  const isOpen = card.struckAt === null && mayWrite;
  const facts: readonly (readonly [string, string])[] = [
    [t('cards.kind'), t(`cards.kind.${card.kind}`)], [t('cards.persons.n'), String(card.persons)], [t('cards.identifier'), card.identifier], [t('cards.agency'), card.agency], [t('cards.leader'), card.leader], [t('cards.contact'), card.contact], [t('cards.qualifications'), card.qualifications],
    [t('cards.order'), card.orderNumber], [t('cards.from'), [card.departedFrom, card.travel].filter(Boolean).join(', ')], [t('cards.at-place'), card.place], [t('cards.state.assigned'), card.assignedTo], [t('cards.notes'), card.notes],
  ];
  return (
    <Dialog title={`${t('cards.open', { seq: card.seq })}: ${card.name}`} size="wide" onClose={onClose} actions={<><Button data-autofocus onClick={onClose}>{t('cards.close')}</Button>{isOpen && card.state !== 'released' && <Button onClick={onChange}>{t('cards.change')}</Button>}{isOpen && STRIKABLE.includes(card.state) && !isStriking && <Button look="danger" onClick={() => setStriking(true)}>{t('cards.strike')}</Button>}</>}>
      <div className={css.form}>
        {isStriking && <Strike incidentId={incidentId} card={card} onDone={onClose} />}
        {card.struckAt !== null && <p className="t2">{t('cards.struck.by', { who: card.struckBy ?? '', why: card.struckReason ?? '' })}</p>}
        <dl className="facts">
          <dt>{t('cards.fact.state')}</dt><dd>{t(`cards.state.${card.state}`)}, {t('cards.since')} <TwoTimes at={card.stateAt} siteZone={siteZone} /></dd>
          <dt>{t('cards.fact.requested')}</dt><dd><TwoTimes at={card.requestedAt} siteZone={siteZone} /> {t('cards.by', { who: card.requestedBy })}</dd>
          {card.checkedInAt !== null && <><dt>{t('cards.fact.checked-in')}</dt><dd><TwoTimes at={card.checkedInAt} siteZone={siteZone} /> {t('cards.by', { who: card.checkedInBy ?? '' })}</dd></>}
          {card.expectedAt !== null && card.checkedInAt === null && <><dt>{t('cards.needed')}</dt><dd><TwoTimes at={card.expectedAt} siteZone={siteZone} /></dd></>}
          {facts.map(([name, value]) => value && <Fragment key={name}><dt>{name}</dt><dd>{value}</dd></Fragment>)}
        </dl>
        {isOpen && <div className={css.verbs}>{verbsFrom(card.state).map((verb) => <Button key={verb} onClick={() => onVerb(verb)}>{t(`cards.verb.${verb}`)}</Button>)}</div>}
        <h3 className="head">{t('cards.moves')}</h3>
        <Asked reading={moves}>
          {({ items }) => (
            <Timeline label={t('cards.moves')} {...(siteZone && { siteZone })} entries={items.map((move) => {
              const lateMs = Date.parse(move.notedAt) - Date.parse(move.at);
              return { key: move.id, at: move.at, title: verbWords(move.verb), by: move.by, text: [move.words, lateMs > LATE_MS ? t('cards.noted', { time: ageWords(lateMs) }) : ''].filter(Boolean).join(', ') };
            })} />
          )}
        </Asked>
      </div>
    </Dialog>
  );
}

function Strike({ incidentId, card, onDone }: { incidentId: string; card: Resource; onDone: () => void }) {
  const striking = useSend('incidents', strikeResource);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = reason.trim().length < 3;
  const strike = (): void => {
    setTried(true);
    if (!lacks) void striking.send({ id: incidentId, rowId: card.id, reason: reason.trim() }).then(onDone, () => undefined);
  };
  return (
    <div className={css.strike}>
      {striking.problem && <FaultSummary faults={[]} detail={striking.problem.detail} />}
      <TextField label={t('cards.reason')} value={reason} onValue={setReason} maxLength={1_000} error={isTried && lacks ? t('cards.reason.missing') : undefined} />
      <Button look="danger" isBusy={striking.isBusy} onClick={strike}>{t('cards.strike')}</Button>
    </div>
  );
}
