import { useParams } from '@tanstack/react-router';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useLive } from '#platform/web/live.ts';
import { useRead } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { Asked, AskedRecord, CutStrip, Empty } from '#ui/states.tsx';
import { useStill } from '#ui/still.ts';
import { type Incident, readIncident } from '../../contract.ts';
import { listResources, type Resource } from '../../resource-contract.ts';
import { mayMove, RESOURCE_STATES, type ResourceCounts, type ResourceState, type ResourceVerb, verbInto } from '../../resource-rules.ts';
import { Card } from './card.tsx';
import { CardDialog } from './card-dialog.tsx';
import { CardForm } from './card-form.tsx';
import { type Column, columnsOf, lineOf, nextColumn } from './lines.ts';
import { t } from './messages.en.ts';
import { MoveDialog } from './move-dialog.tsx';
import css from './resources.module.css';
import { ASKS, useMoves } from './use-moves.ts';

/** The resources of an incident as T-cards: a column for each state. */
export default function ResourcesPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const incident = useRead('incidents', readIncident, { id });
  const cards = useRead('incidents', listResources, { id });
  useLive('incidents', (event) => { if (event.id === id) cards.again(); });
  useWhere({ title: t('cards.title'), ...(incident.data?.site && incident.data.timeZone && { site: { name: incident.data.site, timeZone: incident.data.timeZone } }) });
  return (
    <AskedRecord title={t('cards.title')} reading={incident}>
      {(read) => <Asked reading={cards}>{({ items, counts }) => <Board incident={read} cards={items} counts={counts} />}</Asked>}
    </AskedRecord>
  );
}

type Dialogs = { is: 'ask' | 'arrival' } | { is: 'card' | 'change'; cardId: string } | { is: 'move'; cardId: string; verb: ResourceVerb };
const PAGE = 40;

function Board({ incident, cards, counts }: { incident: Incident; cards: readonly Resource[]; counts: ResourceCounts }) {
  const [dialog, setDialog] = useState<Dialogs | null>(null);
  const [shown, setShown] = useState<ResourceState>('checked-in');
  const inForce = cards.filter(({ struckAt }) => struckAt === null);
  const still = useStill(inForce, lineOf);
  const moves = useMoves(incident.id);
  const frame = useRef<HTMLDivElement>(null);
  const mayWrite = incident.mine.includes('incidents:write') && incident.state === 'open';
  const columns = columnsOf(still.rows);
  const zone = incident.timeZone ?? readersZone();
  const cardOf = (cardId: string): Resource | undefined => cards.find(({ id }) => id === cardId);
  const close = (): void => { moves.forget(); setDialog(null); };
  // What I moved myself is shown where it is now.
  const let_go = still.hold.onPointerLeave;
  const act = (card: Resource, verb: ResourceVerb): void => {
    if (ASKS.has(verb)) return setDialog({ is: 'move', cardId: card.id, verb });
    setDialog(null);
    void moves.move(card, verb).then(let_go, () => undefined);
  };
  const into = (card: Resource, column: ResourceState): void => {
    const verb = verbInto(card.state, column);
    if (verb && mayWrite) act(card, verb);
  };
  useCommands(mayWrite ? [{ key: 'C', title: t('cards.ask'), run: () => setDialog({ is: 'ask' }) }, { key: 'A', title: t('cards.arrival'), run: () => setDialog({ is: 'arrival' }) }] : []);
  const keys = (event: KeyboardEvent, card: Resource): void => walk(event, frame.current, card, (step) => {
    const column = nextColumn(card.state, step, (one) => verbInto(card.state, one) !== null);
    if (column) into(card, column);
  });
  const struck = cards.filter(({ struckAt }) => struckAt !== null);
  const asked = dialog && 'cardId' in dialog ? cardOf(dialog.cardId) : undefined;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.name}>
          <LinkButton to={`/incidents/${incident.id}`} look="quiet" icon="left">{t('cards.back')}</LinkButton>
          <h1 className="title">{t('cards.of', { number: incident.number })}</h1>
          <p className="t2">{incident.title}</p>
        </div>
        <Counts counts={counts} />
        {mayWrite && <div className={css.doing}><Button keyCap="A" onClick={() => setDialog({ is: 'arrival' })}>{t('cards.arrival')}</Button><Button look="filled" keyCap="C" onClick={() => setDialog({ is: 'ask' })}>{t('cards.ask')}</Button></div>}
      </header>
      <CutStrip />
      {moves.problem && !dialog && <p className={css.fault} role="alert">{moves.problem.detail} <Button look="quiet" onClick={moves.forget}>{t('cards.close')}</Button></p>}
      {still.waiting > 0 && <p className={css.wait}><Button onClick={still.release}>{t('cards.wait', { n: still.waiting })}</Button></p>}
      {cards.length === 0 && <Empty>{t('cards.empty')}</Empty>}
      <label className={css.choose}>
        <span className="unseen">{t('cards.column')}</span>
        <select value={shown} onChange={(event) => setShown(RESOURCE_STATES.find((state) => state === event.target.value) ?? 'checked-in')}>
          {columns.map(({ state, cards: held }) => <option key={state} value={state}>{t(`cards.state.${state}`)} ({held.length})</option>)}
        </select>
      </label>
      <div ref={frame} className={css.board} tabIndex={0} role="region" aria-label={t('cards.of', { number: incident.number })} {...still.hold}>
        {columns.map((column) => (
          <ColumnOf key={column.state} column={column} isShown={column.state === shown} zone={incident.timeZone ?? undefined} mayWrite={mayWrite} onOpen={(card) => setDialog({ is: 'card', cardId: card.id })} onVerb={act} onKey={keys} onDrop={(cardId) => { const card = cardOf(cardId); if (card) into(card, column.state); }} />
        ))}
      </div>
      {struck.length > 0 && (
        <details className={css.struck}>
          <summary>{t('cards.struck', { n: struck.length })}</summary>
          <ul>{struck.map((card) => <li key={card.id}><s>{card.name}</s> <span className="t2 small">{t('cards.struck.by', { who: card.struckBy ?? '', why: card.struckReason ?? '' })}</span></li>)}</ul>
        </details>
      )}
      <p className="t2 small">{mayWrite && <span className="desk-only">{t('cards.keys')} </span>}{t('cards.colours')}</p>
      {dialog && (dialog.is === 'ask' || dialog.is === 'arrival') && <CardForm incidentId={incident.id} timeZone={zone} how={dialog.is} onClose={() => { let_go(); close(); }} />}
      {dialog?.is === 'change' && asked && <CardForm incidentId={incident.id} timeZone={zone} how="change" card={asked} onClose={close} />}
      {dialog?.is === 'card' && asked && <CardDialog incidentId={incident.id} card={asked} siteZone={incident.timeZone ?? undefined} mayWrite={mayWrite} onVerb={(verb) => act(asked, verb)} onChange={() => setDialog({ is: 'change', cardId: asked.id })} onClose={close} />}
      {dialog?.is === 'move' && asked && <MoveDialog card={asked} verb={dialog.verb} moves={moves} timeZone={zone} onClose={close} onMoved={let_go} />}
    </div>
  );
}

const COUNTS = ['onScene', 'available', 'assigned', 'awaited', 'personsOnScene'] as const;

const Counts = ({ counts }: { counts: ResourceCounts }) => (
  <dl className={css.counts} aria-label={t('cards.counts')}>
    {COUNTS.map((key) => <div key={key} title={t(`cards.count.${key}.is`)}><dt className="t2 small">{t(`cards.count.${key}`)}<span className="unseen">: {t(`cards.count.${key}.is`)}</span></dt><dd className="figure">{counts[key]}</dd></div>)}
  </dl>
);

type ColumnProps = {
  column: Column; isShown: boolean; zone: string | undefined; mayWrite: boolean;
  onOpen: (card: Resource) => void; onVerb: (card: Resource, verb: ResourceVerb) => void; onKey: (event: KeyboardEvent, card: Resource) => void; onDrop: (cardId: string) => void;
};

/** One state with its cards, at most forty drawn at first. */
function ColumnOf({ column: { state, cards }, isShown, zone, mayWrite, onOpen, onVerb, onKey, onDrop }: ColumnProps) {
  const [most, setMost] = useState(PAGE);
  const [isOver, setOver] = useState(false);
  return (
    <section
      className={css.column} data-shown={isShown} data-over={isOver} data-column={state} aria-label={t(`cards.state.${state}`)}
      onDragOver={(event) => { if (mayWrite && dragged && mayMove(verbInto(dragged.state, state) ?? 'release', dragged.state) && verbInto(dragged.state, state)) { event.preventDefault(); setOver(true); } }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); if (dragged) onDrop(dragged.id); }}
    >
      <h2 className={css.columnHead}>{t(`cards.state.${state}`)} <span className="t2">{cards.length}</span></h2>
      {cards.length === 0 && <p className="t3 small">{t('cards.none')}</p>}
      <ul className={css.cards}>
        {cards.slice(0, most).map(({ row, isGone }) => (
          <li key={lineOf(row)}><Card card={row} isGone={isGone} zone={zone} mayWrite={mayWrite} onOpen={onOpen} onVerb={onVerb} onKey={onKey} onDrag={(card) => { dragged = card; }} /></li>
        ))}
      </ul>
      {cards.length > most && <Button look="quiet" onClick={() => setMost(most + PAGE)}>{t('cards.more', { n: cards.length - most })}</Button>}
    </section>
  );
}

let dragged: Resource | null = null;

/** Arrows walk from card to card, with Shift they move the card itself. */
function walk(event: KeyboardEvent, frame: HTMLElement | null, card: Resource, move: (step: 1 | -1) => void): void {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
  if (step === undefined || frame === null) return;
  const isAcross = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
  event.preventDefault();
  if (isAcross && event.shiftKey) return move(step);
  const cardsIn = (column: Element | undefined): HTMLElement[] => [...(column?.querySelectorAll<HTMLElement>('[data-card]') ?? [])];
  const columns = [...frame.querySelectorAll('[data-column]')].filter((column) => cardsIn(column).length > 0);
  const at = columns.findIndex((column) => column.querySelector(`[data-card="${card.id}"]`));
  const place = cardsIn(columns[at]).findIndex((one) => one.dataset['card'] === card.id);
  const next = isAcross ? cardsIn(columns[at + step]) : cardsIn(columns[at]);
  (isAcross ? next[Math.min(place, next.length - 1)] : next[place + step])?.focus();
}
