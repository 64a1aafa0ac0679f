import type { ReactNode } from 'react';
import { FilesPart } from '#platform/files/web/public.tsx';
import { CommentsPart, type PartProps } from './comments-part.tsx';
import { LinksPart } from './links-part.tsx';
import { StepsPart } from './steps-part.tsx';
import css from './thread.module.css';

type ThreadProps = PartProps & {
  /** The record's tasks, which the page brings. */
  tasks?: ReactNode;
  /** Whether files are attached here; `'no-key'` where the page has another use for the key `U`. Not where the page shows them elsewhere. */
  files?: boolean | 'no-key';
  /** The module whose messages tell of the record itself, for its timeline; without it none is shown, where the page has its own. */
  topic?: string;
};

/** What hangs on a record of any kind, in one place: comments, its timeline, links, tasks, files. */
export const Thread = ({ tasks, files = true, topic, ...part }: ThreadProps) => (
  <div className={css.thread}>
    <div className={css.column}>
      <CommentsPart {...part} />
      {topic !== undefined && <StepsPart recordId={part.recordId} siteZone={part.siteZone} topic={topic} />}
    </div>
    <div className={css.column}>
      <LinksPart {...part} />
      {tasks}
      {files !== false && <FilesPart recordId={part.recordId} siteZone={part.siteZone} mayAdd={part.mayAdd ?? true} hasKey={files === true} />}
    </div>
  </div>
);
