import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useConnection } from '#platform/web/live.ts';
import { Link } from '#platform/web/navigation.tsx';
import { type Listing, useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { one, useView, viewOf } from '#platform/web/view.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { FilterSelect } from '#ui/filter-select.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { SimulatedTag } from '#ui/simulated.tsx';
import { CutStrip } from '#ui/states.tsx';
import { useStill } from '#ui/still.ts';
import { Age } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import { placeWords } from '#modules/signals/web/public.tsx';
import { type Alarm, summarise } from '../contract.ts';
import type { Offered } from '../shift-contract.ts';
import { Calm } from './calm.tsx';
import { t } from './messages.en.ts';
import { answerOf, BY, type By, type Group, groupOf, type Line, queueBy, type Section, sectionsOf, waitingBehind } from './queue.ts';
import css from './queue-pane.module.css';
import { DutyBar } from './shifts/duty-bar.tsx';
import { offerWords, useOffers } from './shifts/offer.tsx';
import { SoundState } from './sound-state.tsx';
import { Together, TOGETHER, type TogetherAsked, TogetherDialog } from './together.tsx';
import { isNarrow } from './use-narrow.ts';
import { shortName, whereWords } from './words.ts';

type QueuePaneProps = {
  list: Listing<Alarm>;
  alarms: readonly Alarm[];
  selected: string | null;
  /** A row was chosen: by a press or a step it is selected, by Enter it is gone into. */
  onSelect: (id: string, how: 'select' | 'enter') => void;
};

const VIEW = viewOf({ by: one(BY) });

export const rowIn = (frame: ParentNode | null, id: string | null): HTMLElement | null => (id === null ? null : (frame?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) ?? null));
const keyOf = (line: Line<Alarm>): string => line.key;
const asPriority = (priority: number): Priority => (priority === 1 || priority === 2 || priority === 3 ? priority : 4);

/** What waits: by who holds it, then priority, then age. Nothing moves under the pointer. */
export function QueuePane({ list, alarms, selected, onSelect }: QueuePaneProps) {
  const me = useMe().personId;
  const [{ by }, setView] = useView(VIEW);
  const lines = queueBy(alarms, me, by);
  const turn = (): void => setView({ by: BY[(BY.indexOf(by) + 1) % BY.length] ?? 'holder' });
  const offers = useOffers();
  const still = useStill(lines, keyOf);
  const sections = sectionsOf(still.rows);
  const waiting = waitingBehind(still.rows, lines);
  const isCut = useConnection().kind === 'cut';
  const frame = useRef<HTMLDivElement>(null);
  const hold = useHold(still.hold);
  const rows = sections.flatMap((section) => section.rows).filter(({ isGone }) => !isGone).map(({ alarm }) => alarm.id);
  const move = (step: number): void => {
    const at = rows.indexOf(selected ?? '');
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (next === undefined) return;
    onSelect(next, 'select');
    rowIn(frame.current, next)?.focus();
  };
  useCommands([
    { key: 'J', title: t('watch.key.down'), isKeyOnly: true, run: () => move(1) },
    { key: 'K', title: t('watch.key.up'), isKeyOnly: true, run: () => move(-1) },
    { key: 'G', title: t('watch.key.by'), run: turn },
  ]);
  const [asked, ask] = useTogether(sections, selected);
  useEffect(() => {
    rowIn(frame.current, selected)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const arrows = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    move(event.key === 'ArrowDown' ? 1 : -1);
  };
  const tabStop = rows.includes(selected ?? '') ? selected : rows[0];
  return (
    <div className={cx(css.pane, isCut && css.struck)}>
      <Head alarms={alarms} hasMore={list.more !== null} by={by} onBy={(next) => setView({ by: next })} />
      <div ref={frame} className={css.scroll} {...(sections.length > 0 ? hold : {})}>
        <div className={css.new}>
          {waiting.count > 0 && (
            <Button onClick={still.release} title={t('watch.queue.new.show')}>
              <PriorityShape priority={asPriority(waiting.priority ?? 4)} size={14} />
              {t('watch.queue.new', { n: waiting.count })}
            </Button>
          )}
        </div>
        {sections.length === 0 && <Calm />}
        <div onKeyDown={arrows}>
          {sections.map((section) => (
            <section key={section.key} aria-label={groupWords(section)}>
              <Heading section={section} onAsk={(verb) => ask(verb, section)} />
              <ul>
                {section.rows.map(({ alarm, isGone }) => (
                  <li key={alarm.id}><Row alarm={alarm} offer={offers.get(alarm.id)} isGone={isGone} group={section.bucket ? groupOf(alarm, me) : section.group} isSelected={alarm.id === selected} isTabStop={alarm.id === tabStop} onSelect={onSelect} /></li>
                ))}
              </ul>
            </section>
          ))}
        </div>
        {list.more && <Button look="quiet" className={css.more} onClick={list.more} isBusy={list.isReadingMore}>{t('watch.queue.more')}</Button>}
      </div>
      <div className={css.notices}>
        <SoundState />
        <CutStrip />
        <DutyBar about={alarms.find(({ id }) => id === selected) ?? null} />
      </div>
      {asked && <TogetherDialog asked={asked} onClose={() => ask(null)} />}
    </div>
  );
}

/** Holds the list from the first movement of the pointer in it, also where the list came under a pointer at rest. */
function useHold(hold: { onPointerEnter: () => void; onPointerLeave: () => void }) {
  const isHeld = useRef(false);
  const enter = (): void => {
    if (isHeld.current) return;
    isHeld.current = true;
    hold.onPointerEnter();
  };
  const leave = (): void => {
    isHeld.current = false;
    hold.onPointerLeave();
  };
  return { onPointerEnter: enter, onPointerMove: enter, onPointerLeave: leave, onPointerCancel: leave };
}

function Head({ alarms, hasMore, by, onBy }: { alarms: readonly Alarm[]; hasMore: boolean; by: By; onBy: (by: By) => void }) {
  const open = alarms.filter((alarm) => alarm.handling !== 'closed');
  const waiting = open.filter((alarm) => alarm.handling === 'unacknowledged').map((alarm) => alarm.knownAt).toSorted();
  const count = (priority: number): number => open.filter((alarm) => alarm.priority === priority).length;
  return (
    <>
      <div className="panel-head">
        <h2>{t('watch.queue')}</h2>
        <span className="t2 small">{t('watch.queue.open', { n: `${open.length}${hasMore ? '+' : ''}` })}</span>
        <span className="space" />
        <LinkButton look="quiet" icon="clock" to="/watch/history">{t('watch.history')}</LinkButton>
      </div>
      <HeldBack />
      <div className={css.summary}>
        <ul aria-label={t('watch.queue.by-priority')}>
          {([1, 2, 3, 4] as const).map((priority) => (
            <li key={priority} className={count(priority) === 0 ? css.none : undefined}>
              <PriorityShape priority={priority} size={15} label={t('watch.queue.priority', { n: count(priority), priority })} />
              <b aria-hidden="true">{count(priority)}</b>
            </li>
          ))}
        </ul>
        <span className="space" />
        <FilterSelect label={t('watch.by')} all="holder" value={by} onValue={(next) => onBy(next as By)} choices={BY.map((value) => ({ value, title: t(`watch.by.${value}`) }))} />
        {waiting[0] && <span className="t2 small">{t('watch.queue.oldest')} <Age since={waiting[0]} /></span>}
      </div>
    </>
  );
}

/** What does not ring now, so that nobody forgets it. */
function HeldBack() {
  const { data } = useRead('alarms', summarise, {}, { everyMs: 60_000 });
  if (!data || data.onTest + data.runaways === 0) return null;
  return (
    <p className={css.held}>
      {data.onTest > 0 && <Link to="/watch/held">{t('watch.on-test.count', { n: data.onTest })}</Link>}
      {data.runaways > 0 && <Link to="/watch/held?tab=runaway">{t('watch.runaway.count', { n: data.runaways })}</Link>}
    </p>
  );
}

/** Why these stand together. */
function groupWords({ group, bucket, count }: Section<Alarm>): string {
  if (!bucket) return t(`watch.group.${group}`);
  if (bucket.by === 'rest') return t('watch.by.rest', { n: count });
  return t(`watch.by.why.${bucket.by}`, { n: count, name: bucket.name || t('watch.by.nowhere'), time: ageWords(bucket.spanMs) });
}

/** What is asked of a whole group: by its buttons, or by the key of one alarm with Shift for the group of the selected one. */
function useTogether(sections: readonly Section<Alarm>[], selected: string | null) {
  const [asked, setAsked] = useState<TogetherAsked | null>(null);
  const mayHandle = useMay('alarms:handle');
  const ask = (verb: TogetherAsked['verb'] | null, section?: Section<Alarm>): void =>
    setAsked(verb && section ? { verb, title: groupWords(section), alarms: section.rows.filter(({ isGone }) => !isGone).map(({ alarm }) => alarm) } : null);
  const own = sections.find(({ bucket, rows }) => isTogether(bucket) && rows.some(({ alarm, isGone }) => alarm.id === selected && !isGone));
  useCommands(mayHandle ? TOGETHER.map((verb) => ({ key: verb === 'claim' ? 'Shift+C' : 'Shift+A', title: t(`watch.key.together.${verb}`), ...(own ? {} : { unavailable: t('watch.together.no-group') }), run: () => ask(verb, own) })) : []);
  return [asked, ask] as const;
}

const isTogether = (bucket: Section<Alarm>['bucket']): boolean => bucket !== undefined && bucket.by !== 'rest';

function Heading({ section, onAsk }: { section: Section<Alarm>; onAsk: (verb: TogetherAsked['verb']) => void }) {
  const now = useNow();
  const next = section.group === 'shelved' ? section.rows[0]?.alarm.shelvedUntil : null;
  if (section.bucket) {
    return (
      <div className={css.bucket}>
        <h3 className={css.heading}>{groupWords(section)}</h3>
        {isTogether(section.bucket) && <Together onAsk={onAsk} />}
      </div>
    );
  }
  return (
    <h3 className={css.heading}>
      {t(`watch.group.${section.group}`)}
      <span>{section.count}</span>
      {next && <em>{t('watch.queue.next-return', { time: ageWords(Date.parse(next) - now.getTime()) })}</em>}
    </h3>
  );
}

type RowProps = { alarm: Alarm; offer: Offered | undefined; isGone: boolean; group: Group; isSelected: boolean; isTabStop: boolean; onSelect: QueuePaneProps['onSelect'] };

function Row({ alarm, offer, isGone, group, isSelected, isTabStop, onSelect }: RowProps) {
  const now = useNow();
  const answer = answerOf(alarm, now);
  const isOver = answer.kind === 'over' && !isGone;
  const priority = asPriority(alarm.priority);
  const isOutlined = !alarm.isActive || alarm.handling === 'shelved';
  const press = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || isNarrow()) return;
    event.preventDefault();
    onSelect(alarm.id, event.detail === 0 ? 'enter' : 'select');
  };
  return (
    <Link
      to={`/watch/alarms/${alarm.id}`}
      data-row={alarm.id}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isSelected ? 'true' : undefined}
      className={cx(css.row, css[`p${priority}`], alarm.handling === 'unacknowledged' && css.unacknowledged, isOver && css.over, isSelected && css.selected, isGone && css.gone)}
      onClick={press}
    >
      <PriorityShape priority={priority} isOutlined={isOutlined} label={t(alarm.isActive ? 'watch.row.priority' : 'watch.row.priority.ended', { priority })} />
      <span className={css.title}>
        <span className="cut">{alarm.title}</span>
        {alarm.isSimulated && <SimulatedTag />}
        {alarm.onTestId !== null && <span className={css.count}>{t('watch.on-test.row')}</span>}
        {alarm.folded > 0 && <span className={css.count}>{t('watch.folded.row', { n: alarm.folded })}</span>}
        {alarm.repeats > 0 && <span className={css.count}>{t('watch.row.signals', { n: alarm.repeats + 1 })}</span>}
      </span>
      <span className={css.age}><Figure alarm={alarm} now={now} isGone={isGone} /></span>
      <span className={cx(css.where, 'cut')}>{alarm.handling === 'shelved' && alarm.shelvedWhy ? `${alarm.shelvedWhy} · ` : ''}{whereWords(alarm, placeWords(alarm.point, alarm.area))}</span>
      <span className={css.owner}><Owner alarm={alarm} offer={offer} group={group} now={now} isGone={isGone} /></span>
      {(answer.kind === 'due' || answer.kind === 'over') && !isGone && <span className={css.target} aria-hidden="true"><i style={{ width: `${answer.part * 100}%` }} /></span>}
    </Link>
  );
}

function Figure({ alarm, now, isGone }: { alarm: Alarm; now: Date; isGone: boolean }) {
  const answer = answerOf(alarm, now);
  if (isGone) return null;
  if (alarm.handling === 'shelved') return t('watch.row.left', { time: ageWords(Date.parse(alarm.shelvedUntil ?? '') - now.getTime()) });
  if (answer.kind === 'over') return <><small>{t('watch.row.over')}</small> {ageWords(answer.ms)}</>;
  return ageWords(now.getTime() - Date.parse(alarm.knownAt));
}

function Owner({ alarm, offer, group, now, isGone }: { alarm: Alarm; offer: Offered | undefined; group: Group; now: Date; isGone: boolean }) {
  const me = useMe().personId;
  if (isGone) return t('watch.row.gone');
  const ended = alarm.returnedAt && !alarm.isActive ? ` · ${t('watch.row.ended', { time: ageWords(now.getTime() - Date.parse(alarm.returnedAt)) })}` : '';
  if (group === 'shelved') return alarm.shelver === null ? '' : shortName(alarm.shelver);
  if (alarm.ownerId === null) return <><span className={css.anyone}>{offer ? offerWords(offer, me) : t('watch.row.anyone')}</span>{ended}</>;
  return `${group === 'mine' ? t('watch.row.you') : shortName(alarm.owner ?? '')}${ended}`;
}
