import { type Reading, useRead } from '#platform/web/query.ts';
import { type AskedField, type Classification, readClassification } from '../contract.ts';

/** The shipped classification; read once a sitting. */
export const useClassification = (): Reading<Classification> => useRead('incidents', readClassification, { });

export type FieldSet = { key: string; title: string; fields: readonly AskedField[] };

/** The field sets that a type asks for; those of every incident while it has none. */
export function fieldSetsFor(classification: Classification, typeKey: string | null): readonly FieldSet[] {
  const keys = classification.types.find(({ key }) => key === typeKey)?.fieldSets ?? ['base'];
  return keys.flatMap((key) => classification.fieldSets.filter((set) => set.key === key));
}

export const typeTitle = (classification: Classification | undefined, key: string | null): string | null => (key === null ? null : (classification?.types.find((type) => type.key === key)?.title ?? key));
