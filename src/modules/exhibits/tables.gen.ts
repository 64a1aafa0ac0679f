// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface ExhibitsBundle {
  caseId: string;
  closedAt: string;
  closedBy: string;
  digest: Buffer;
  id: string;
  manifest: string;
  number: string;
  purpose: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  wallId: string;
}

export interface ExhibitsCustody {
  actorId: string;
  at: string;
  bundleId: string | null;
  exhibitId: string;
  fileId: string | null;
  holder: string | null;
  holderBefore: string | null;
  id: string;
  isSealWhole: boolean | null;
  kind: 'received' | 'moved' | 'resealed' | 'handed-over' | 'lent' | 'taken-back' | 'filed' | 'viewed' | 'downloaded' | 'audited' | 'bundled' | 'disposed';
  note: Generated<string>;
  place: string | null;
  placeBefore: string | null;
  seal: Generated<string>;
  seq: number;
}

export interface ExhibitsExhibit {
  caseId: string;
  collectedAt: string;
  collectedWhere: Generated<string>;
  description: Generated<string>;
  dueBackAt: string | null;
  events: Generated<number>;
  holderId: string | null;
  id: string;
  kind: 'physical' | 'digital';
  lentTo: Generated<string>;
  marks: Generated<string>;
  number: string;
  packaging: Generated<string>;
  placeId: string | null;
  receivedAt: string;
  receivedBy: string;
  seal: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'held' | 'lent' | 'disposed', 'held' | 'lent' | 'disposed' | undefined, 'held' | 'lent' | 'disposed'>;
  title: string;
  version: Generated<number>;
  wallId: string;
}

export interface ExhibitsItem {
  derivedFrom: string | null;
  enteredAt: string;
  exhibitId: string;
  fileId: string;
  how: Generated<string>;
  mediaType: string;
  name: string;
  sha256: Buffer;
  size: number;
}

export interface ExhibitsOffer {
  endedAt: string | null;
  exhibitId: string;
  fromId: string;
  id: string;
  offeredAt: string;
  purpose: string;
  state: ColumnType<'waiting' | 'taken' | 'refused' | 'withdrawn', 'waiting' | 'taken' | 'refused' | 'withdrawn' | undefined, 'waiting' | 'taken' | 'refused' | 'withdrawn'>;
  toId: string;
  why: Generated<string>;
}

export interface ExhibitsPlace {
  addedAt: string;
  code: string;
  id: string;
  name: string;
}

export interface Tables {
  'exhibits.bundle': ExhibitsBundle;
  'exhibits.custody': ExhibitsCustody;
  'exhibits.exhibit': ExhibitsExhibit;
  'exhibits.item': ExhibitsItem;
  'exhibits.offer': ExhibitsOffer;
  'exhibits.place': ExhibitsPlace;
}
