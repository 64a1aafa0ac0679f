import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { Button, IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { t } from './messages.en.ts';
import css from './announcer.module.css';

type Toast = { id: number; text: string; action?: { title: string; key?: string; run: () => void } };

const STAYS_MS = 6_000;
/** An undo is offered for this long. */
export const UNDO_MS = 10_000;
let toasts: readonly Toast[] = [];
let spoken = '';
let lastId = 0;
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const dismiss = (id: number): void => {
  toasts = toasts.filter((toast) => toast.id !== id);
  tell();
};

/** Says something to a screen reader only. */
export function say(text: string): void {
  spoken = spoken === text ? `${text}\u00a0` : text;
  tell();
}

/** Shows and says a fact for a few seconds; with an action (undo, by its key) for ten. */
export function announce(text: string, action?: Toast['action']): void {
  lastId += 1;
  const id = lastId;
  toasts = [...toasts.slice(-2), { id, text, ...(action && { action }) }];
  say(text);
  setTimeout(() => dismiss(id), action ? UNDO_MS : STAYS_MS);
}

const Shown = ({ toast }: { toast: Toast }) => {
  const act = (): void => {
    toast.action?.run();
    dismiss(toast.id);
  };
  useKeys(toast.action?.key ? { [toast.action.key]: act } : {});
  return (
    <li className={css.toast}>
      <span>{toast.text}</span>
      {toast.action && <Button look="quiet" onClick={act} {...(toast.action.key && { keyCap: toast.action.key })}>{toast.action.title}</Button>}
      <IconButton icon="close" label={t('ui.toast.dismiss')} onClick={() => dismiss(toast.id)} />
    </li>
  );
};

const TALL_PX = 160;

/** Whether a box lies over what has the focus; what is taller than a control is still seen beside it. */
function liesOverFocus(box: Element | null): boolean {
  const at = document.activeElement;
  if (!box || !at || at === document.body || box.contains(at)) return false;
  const [mine, its] = [box.getBoundingClientRect(), at.getBoundingClientRect()];
  return its.height < TALL_PX && mine.left < its.right && its.left < mine.right && mine.top < its.bottom && its.top < mine.bottom;
}

/** The facts at the foot of the window, or at its head while the focus is where they would lie (WCAG 2.4.11). */
function Toasts({ toasts: shown }: { toasts: readonly Toast[] }) {
  const box = useRef<HTMLElement>(null);
  const [isOver, setOver] = useState(false);
  useLayoutEffect(() => {
    const giveWay = (): void => {
      if (liesOverFocus(box.current)) setOver((was) => !was);
    };
    giveWay();
    document.addEventListener('focusin', giveWay);
    return () => document.removeEventListener('focusin', giveWay);
  }, [shown]);
  return <section ref={box} aria-label={t('ui.toast.list')} className={cx(css.toasts, isOver && css.over)}><ul className={css.list}>{shown.map((toast) => <Shown key={toast.id} toast={toast} />)}</ul></section>;
}

/** Where facts are shown and said; stands once, in the shell. */
export function Announcer() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  const words = useSyncExternalStore(subscribe, () => spoken);
  return (
    <>
      <div className="unseen" role="status" aria-live="polite">{words}</div>
      {shown.length > 0 && <Toasts toasts={shown} />}
    </>
  );
}
