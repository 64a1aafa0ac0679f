import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { Asked, Waiting } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { siteTree, type TreeNode } from '../contract.ts';
import { kindWord, t } from './messages.en.ts';
import css from './site-tree.module.css';

type Opened = { turned: ReadonlyMap<string, boolean>; toggle: (id: string, isOpen: boolean) => void };

/** A top level of so few is opened at once. */
const FEW = 6;
type State = 'active' | 'closed' | undefined;

const levelOf = (item: HTMLElement): number => Number(item.getAttribute('aria-level'));

type SiteTreeProps = { label: string; below?: string; state: State; empty: React.ReactNode };

/** What stands below a site, level by level: each level is read when it is opened. Arrows walk, Right opens, Left closes, Enter goes there. */
export function SiteTree({ label, below, state, empty }: SiteTreeProps) {
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [focused, setFocused] = useState<string | null>(null);
  const root = useRef<HTMLUListElement>(null);
  const top = useList('sites', siteTree, { below, state });
  const go = useGo();
  const toggle = (id: string, isOpen: boolean): void => setTurned((before) => new Map([...before, [id, isOpen]]));
  const onKey = (event: KeyboardEvent): void => {
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [])];
    const at = items.findIndex((item) => item === document.activeElement);
    const here = items[at];
    if (!here) return;
    const id = here.dataset['id'] ?? '';
    const isOpen = here.getAttribute('aria-expanded');
    const steps: Record<string, () => void> = {
      ArrowDown: () => items[at + 1]?.focus(),
      ArrowUp: () => items[at - 1]?.focus(),
      Home: () => items[0]?.focus(),
      End: () => items.at(-1)?.focus(),
      ArrowRight: () => (isOpen === 'false' ? toggle(id, true) : isOpen === 'true' ? items[at + 1]?.focus() : undefined),
      ArrowLeft: () => (isOpen === 'true' ? toggle(id, false) : items.slice(0, at).findLast((item) => levelOf(item) === levelOf(here) - 1)?.focus()),
      Enter: () => go(`/sites/${id}`),
    };
    const step = steps[event.key];
    if (!step || (event.target as Element).closest('a, button')) return;
    event.preventDefault();
    event.stopPropagation();
    step();
  };
  if (top.state !== 'ready' || top.data.length === 0) return <Asked reading={top} waiting={<Waiting what={label} />}>{() => empty}</Asked>;
  return (
    <ul ref={root} role="tree" aria-label={label} className={css.tree} onKeyDown={onKey} onFocus={(event) => setFocused((event.target as HTMLElement).closest<HTMLElement>('[role="treeitem"]')?.dataset['id'] ?? null)}>
      <Level below={below} state={state} depth={1} opened={{ turned, toggle }} focused={focused} />
    </ul>
  );
}

type LevelProps = { below: string | undefined; state: State; depth: number; opened: Opened; focused: string | null; name?: string };

function Level({ below, state, depth, opened, focused, name = '' }: LevelProps) {
  const list = useList('sites', siteTree, { below, state });
  if (list.state !== 'ready') return <li role="treeitem" aria-level={depth} tabIndex={-1}><Asked reading={list} waiting={<Waiting rows={2} />}>{() => null}</Asked></li>;
  return (
    <Asked reading={list}>
      {(nodes) => (
        <>
          {nodes.map((node, at) => <Branch key={node.id} node={node} state={state} depth={depth} opened={opened} focused={focused} isFirst={depth === 1 && at === 0} isFloating={depth === 1 && below === undefined} isOpen={opened.turned.get(node.id) ?? (depth === 1 && below === undefined && nodes.length <= FEW)} />)}
          {list.more && <li role="none" style={{ paddingLeft: depth * 20 }}><Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('sites.more', { name })}</Button></li>}
        </>
      )}
    </Asked>
  );
}

type BranchProps = {
  node: TreeNode; state: State; depth: number; opened: Opened; focused: string | null; isFirst: boolean; isOpen: boolean;
  /** Its place is not on the page, so the names above it are said. */
  isFloating: boolean;
};

function Branch({ node, state, depth, opened, focused, isFirst, isOpen, isFloating }: BranchProps) {
  const go = useGo();
  const hasBelow = node.children > 0;
  const isEntry = focused === node.id || (focused === null && isFirst);
  return (
    <li role="none">
      <div role="treeitem" data-id={node.id} aria-level={depth} tabIndex={isEntry ? 0 : -1} className={css.row} style={{ paddingLeft: (depth - 1) * 20 + 4 }} onClick={() => go(`/sites/${node.id}`)} {...(hasBelow && { 'aria-expanded': isOpen })}>
        <span aria-hidden="true" className={cx(css.turn, hasBelow && css.turns)} {...(hasBelow && { onClick: (event: MouseEvent) => { event.stopPropagation(); opened.toggle(node.id, !isOpen); } })}>{hasBelow && <Icon name={isOpen ? 'down' : 'right'} size={13} />}</span>
        <span className={cx('cut', css.name)}>{node.name}</span>
        <span className="mono t2 small">{node.code}</span>
        {isFloating && node.above.length > 0 && <span className={cx('t3', 'small', 'cut', css.above)}>{node.above.join(' › ')}</span>}
        <span className="space" />
        {node.state === 'closed' && <Tag look="line">{t('sites.state.closed')}</Tag>}
        {hasBelow && <span className="t3 small desk-only">{t('sites.below', { n: node.children })}</span>}
        <span className={cx('t2', 'small', 'desk-only', css.kind)}>{kindWord(node.kind)}</span>
        <span className={cx('t3', 'small', 'desk-only', css.zone)}>{node.timeZone}</span>
      </div>
      {hasBelow && isOpen && <ul role="none"><Level below={node.id} state={state} depth={depth + 1} opened={opened} focused={focused} name={node.name} /></ul>}
    </li>
  );
}
