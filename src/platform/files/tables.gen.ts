// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface FilesDamage {
  blob: string;
  detail: string;
  foundAt: Generated<string>;
}

export interface FilesFile {
  addedAt: string;
  addedBy: string;
  address: Buffer | null;
  blob: string | null;
  dataKey: Buffer | null;
  id: string;
  mediaType: string;
  name: string;
  recordId: string;
  removedAt: string | null;
  sha256: Buffer;
  size: number;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface FilesPreview {
  blob: string;
  height: Generated<number>;
  large: string | null;
  largeKey: Buffer | null;
  largeSize: number | null;
  madeAt: Generated<string>;
  refusal: Generated<string>;
  small: string | null;
  smallKey: Buffer | null;
  smallSize: number | null;
  state: 'ready' | 'none';
  width: Generated<number>;
}

export interface FilesUpload {
  begunAt: string;
  dataKey: Buffer;
  id: string;
  name: string;
  personId: string;
  recordId: string;
  size: number;
  state: ColumnType<'open' | 'done' | 'dropped', 'open' | 'done' | 'dropped' | undefined, 'open' | 'done' | 'dropped'>;
  stored: Generated<number>;
  touchedAt: string;
}

export interface Tables {
  'files.damage': FilesDamage;
  'files.file': FilesFile;
  'files.preview': FilesPreview;
  'files.upload': FilesUpload;
}
