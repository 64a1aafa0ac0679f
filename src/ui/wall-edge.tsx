import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { Disc } from './tag.tsx';
import css from './wall-edge.module.css';

type WallEdgeProps = { people: readonly string[]; children?: ReactNode; words: string; said: string };

/** The violet battlement over a walled record, who can see it, and that the reading is recorded. `words` is "Walled". */
export const WallEdge = ({ people, words, said, children }: WallEdgeProps) => (
  <>
    <div className={css.edge} aria-hidden="true" />
    <div className={css.line}>
      <Icon name="lock" size={13} />
      <b>{words}</b>
      <span className="t2">{said}</span>
      <span className={css.discs}>
        {people.map((name) => (
          <Disc key={name} name={name} size={24} label />
        ))}
      </span>
      <span className="space" />
      <span className="t2 desk-only">{children}</span>
    </div>
  </>
);

/** The lock before the title of a walled record in a list. */
export const WallLock = ({ label }: { label: string }) => <Icon name="lock" size={13} label={label} className={css.lock} />;
