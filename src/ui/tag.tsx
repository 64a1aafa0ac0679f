import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import css from './tag.module.css';

type TagProps = { look?: 'plain' | 'line' | 'act' | 'ok' | 'wall' | 'p1' | 'p2' | 'p3'; icon?: IconName; children: ReactNode };

/** A word about a thing. Colour only by its meaning: `ok` proven, `wall` need to know, `p1` danger, `p2` late. */
export const Tag = ({ look = 'plain', icon, children }: TagProps) => (
  <span className={cx(css.tag, css[look])}>
    {icon && <Icon name={icon} size={13} />}
    {children}
  </span>
);

/** A state in words with its dot: empty for open, half for under way, full for active, struck for ended. */
export const State = ({ fill, children }: { fill: 'empty' | 'half' | 'full' | 'ended'; children: ReactNode }) => (
  <span className={cx(css.state, css[fill])}>
    <i aria-hidden="true" />
    {children}
  </span>
);

/** A person as a disc with initials; the name stands beside it or is given as `label`. */
export function Disc({ name, label = false, size = 22 }: { name: string; label?: boolean; size?: number }) {
  const words = name.trim().split(/\s+/u);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => (word ? [...word][0] : '')).join('').toUpperCase();
  const spoken = label ? { role: 'img', 'aria-label': name, title: name } : { 'aria-hidden': true as const };
  return (
    <span className={css.disc} style={{ width: size, height: size }} {...spoken}>
      {initials}
    </span>
  );
}
