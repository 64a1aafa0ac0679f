// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export interface DeskPack {
  approvedBy: string | null;
  content: Json | null;
  cutoffId: string;
  digest: Buffer | null;
  frozenAt: string | null;
  frozenBy: string | null;
  id: string;
  issuedAt: string | null;
  kind: 'board' | 'briefing';
  madeAt: string;
  madeBy: string;
  number: string;
  proposedBy: string | null;
  sections: Json;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'draft' | 'frozen' | 'issued', 'draft' | 'frozen' | 'issued' | undefined, 'draft' | 'frozen' | 'issued'>;
  title: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface DeskPackLine {
  addedAt: string;
  addedBy: string;
  id: string;
  kind: 'decision' | 'action';
  packId: string;
  struckAt: string | null;
  struckBy: string | null;
  struckWhy: Generated<string>;
  taskId: string | null;
  text: string;
}

export interface Tables {
  'desk.pack': DeskPack;
  'desk.packLine': DeskPackLine;
}
