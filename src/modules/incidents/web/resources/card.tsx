import type { KeyboardEvent } from 'react';
import { Menu } from '#ui/menu.tsx';
import { Icon } from '#ui/icon.tsx';
import { Age } from '#ui/time.tsx';
import type { Resource } from '../../resource-contract.ts';
import { type ResourceVerb, verbsFrom } from '../../resource-rules.ts';
import { t } from './messages.en.ts';
import css from './resources.module.css';

type Props = {
  card: Resource; isGone: boolean; zone: string | undefined; mayWrite: boolean;
  onOpen: (card: Resource) => void; onVerb: (card: Resource, verb: ResourceVerb) => void; onKey: (event: KeyboardEvent, card: Resource) => void; onDrag: (card: Resource | null) => void;
};

/** A T-card: what it is, who and how many, and since when it stands here. */
export function Card({ card, isGone, mayWrite, onOpen, onVerb, onKey, onDrag }: Props) {
  const verbs = verbsFrom(card.state);
  const mayAct = mayWrite && !isGone && verbs.length > 0;
  return (
    <article className={css.card} data-kind={card.kind} data-gone={isGone} draggable={mayAct} onDragStart={() => onDrag(card)} onDragEnd={() => onDrag(null)}>
      <button type="button" className={css.open} data-card={card.id} onClick={() => onOpen(card)} onKeyDown={(event) => onKey(event, card)}>
        <span className={css.cardHead}><b className="strong">{card.name}</b><span className="mono t2">{card.seq}</span></span>
        <span className="small t2">{[t(`cards.kind.${card.kind}`), card.persons === 0 || (card.kind === 'person' && card.persons === 1) ? '' : t('cards.persons', { n: card.persons }), card.identifier, card.agency].filter(Boolean).join(', ')}</span>
        {card.assignedTo && <span className="small">{t('cards.assigned.to', { what: card.assignedTo })}</span>}
        {card.place && !card.assignedTo && <span className="small t2">{card.place}</span>}
        <span className="small t2">{isGone ? t('cards.moved') : <Age since={card.stateAt} />}</span>
      </button>
      {mayAct && <Menu className={css.menu} label={t('cards.actions', { name: card.name })} trigger={<><Icon name="down" size={13} /><span className="unseen">{t('cards.actions', { name: card.name })}</span></>} items={verbs.map((verb) => ({ title: t(`cards.verb.${verb}`), run: () => onVerb(card, verb) }))} />}
    </article>
  );
}
