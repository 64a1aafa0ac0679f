import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cx } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import css from './menu.module.css';

export type MenuItem = { title: string; run: () => void; icon?: IconName; isDanger?: boolean };

type MenuProps = {
  /** What the list is called. */
  label: string;
  /** What the button shows; it must have words, seen or not. */
  trigger: ReactNode;
  items: readonly MenuItem[]; head?: ReactNode; className?: string | undefined;
  /** Which edge of the button the list keeps to. */
  edge?: 'left' | 'right' };

/** A button with a list of verbs below it: arrows walk, Escape closes and goes back to the button. */
export function Menu({ label, trigger, items, head, className, edge = 'right' }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const away = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const walk = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
      return;
    }
    const all = [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[(next + all.length) % all.length]?.focus();
  };
  return (
    <div ref={root} className={css.root}>
      <button ref={button} type="button" className={cx(css.trigger, className)} aria-haspopup="menu" aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onClick={() => setOpen(!isOpen)}>
        {trigger}
      </button>
      {isOpen && (
        <div className={cx(css.panel, edge === 'left' && css.left)}>
          {head && <div className={css.head}>{head}</div>}
          <ul id={id} role="menu" aria-label={label} onKeyDown={walk}>
            {items.map((item) => (
              <li key={item.title} role="none">
                <button type="button" role="menuitem" tabIndex={-1} className={cx(css.item, item.isDanger && css.danger)} onClick={() => { close(); item.run(); }}>
                  {item.icon && <Icon name={item.icon} size={13} />}
                  {item.title}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
