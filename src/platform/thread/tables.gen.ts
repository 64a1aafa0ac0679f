// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface ThreadComment {
  at: string;
  authorId: string;
  editedAt: string | null;
  id: string;
  mentions: Generated<string[]>;
  recordId: string;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  text: string;
  version: Generated<number>;
}

export interface ThreadLink {
  drawnAt: string;
  drawnBy: string;
  fromId: string;
  id: string;
  kind: 'relates-to' | 'caused-by' | 'duplicate-of' | 'follows' | 'part-of';
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  toId: string;
}

export interface Tables {
  'thread.comment': ThreadComment;
  'thread.link': ThreadLink;
}
