import { type KeyboardEvent, useRef, useState } from 'react';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { Panel } from '#ui/record-page.tsx';
import type { Command, Position } from '../../command-contract.ts';
import { doctrine } from '../../command-rules.ts';
import css from './command.module.css';
import { t } from './messages.en.ts';
import { stepIn } from './walk.ts';

const STAFF = new Set(['deputy', 'safety', 'information', 'liaison', 'intelligence']);

type Drawn = Position & { level: number; under: Drawn[] };

/** The positions that stand, as a tree: staff before sections, each in the order in which it was set up. */
export function treeOf(positions: readonly Position[]): Drawn | null {
  const open = positions.filter(({ closedAt }) => closedAt === null);
  const draw = (position: Position, level: number): Drawn => {
    const under = open.filter(({ parentId }) => parentId === position.id);
    return { ...position, level, under: [...under.filter(({ kind }) => STAFF.has(kind)), ...under.filter(({ kind }) => !STAFF.has(kind))].map((one) => draw(one, level + 1)) };
  };
  const top = open.find(({ parentId }) => parentId === null);
  return top ? draw(top, 1) : null;
}

const inOrder = (node: Drawn): Drawn[] => [node, ...node.under.flatMap(inOrder)];

/** The organisation as a chart: arrows walk it, Enter opens a position; who leads too many is said below. */
export function Chart({ command, onOpen }: { command: Command; onOpen: (position: Position) => void }) {
  const tree = treeOf(command.positions);
  const [current, setCurrent] = useState<string | null>(null);
  const box = useRef<HTMLUListElement>(null);
  if (!tree) return null;
  const places = inOrder(tree);
  const focused = places.some(({ id }) => id === current) ? current : tree.id;
  const { least, most, guideline, source } = doctrine.span;
  const onKey = (event: KeyboardEvent): void => {
    const next = stepIn(places, focused ?? tree.id, event.key);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    box.current?.querySelector<HTMLElement>(`[data-position="${next}"]`)?.focus();
  };
  const filled = places.filter(({ holders }) => holders.length > 0).length;
  const wide = places.filter(({ span }) => span === 'wide');
  return (
    <Panel title={t('command.chart')} note={t('command.chart.said', { filled, open: places.length - filled })} actions={<span className="t2 small" title={t('command.chart.span.source', { least, most, guideline, source })}>{t('command.chart.span', { least, most })}</span>}>
      <ul ref={box} role="tree" aria-label={t('command.chart.label')} className={css.chart} onKeyDown={onKey}>
        <Branch node={tree} focused={focused} onOpen={onOpen} onFocus={setCurrent} />
      </ul>
      {wide.map(({ id, title, reports }) => <p key={id} className={css.wide}><Icon name="warning" size={13} />{t('command.chart.wide', { title, n: reports, most })}</p>)}
    </Panel>
  );
}

type BranchProps = { node: Drawn; focused: string | null; onOpen: (position: Position) => void; onFocus: (id: string) => void };

function Branch({ node, focused, onOpen, onFocus }: BranchProps) {
  const who = node.holders.map(({ name, agency }) => (agency ? `${name}, ${agency}` : name)).join(' · ');
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    onOpen(node);
  };
  return (
    <li role="none" className={cx(css.branch, STAFF.has(node.kind) && css.staff)}>
      <div role="treeitem" aria-level={node.level} aria-selected={focused === node.id} {...(node.under.length > 0 && { 'aria-expanded': true })} tabIndex={focused === node.id ? 0 : -1} data-position={node.id} className={cx(css.post, node.holders.length === 0 && css.unfilled, node.span === 'wide' && css.tooWide)} onKeyDown={onKey} onFocus={() => onFocus(node.id)} onClick={() => onOpen(node)}>
        <span className={css.postTitle}>{node.title}</span>
        {node.reports > 0 && <b className={css.count}><span className="unseen">{t('command.chart.count')} </span>{node.span === 'wide' ? `${node.reports} / ${doctrine.span.most}` : node.reports}</b>}
        <b className={css.postWho}>{who || t('command.chart.open')}</b>
      </div>
      {node.under.length > 0 && <ul role="group" className={css.under}>{node.under.map((one) => <Branch key={one.id} node={one} focused={focused} onOpen={onOpen} onFocus={onFocus} />)}</ul>}
    </li>
  );
}
