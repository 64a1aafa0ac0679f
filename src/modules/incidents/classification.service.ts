import type { Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { closureReasons, fieldSetsOf, incidentFamilies, incidentTypes, severities, suggestions } from './classification.ts';
import type * as contract from './contract.ts';

type Shipped = Reply<typeof contract.readClassification>;

let shipped: Shipped | undefined;

/** The shipped classification, as the screens need it: the same for everybody. */
export async function readClassification(_ctx: Ctx): Promise<Shipped> {
  shipped ??= {
    families: [...incidentFamilies], closureReasons: [...closureReasons], suggestedFor: suggestions,
    severities: severities.map(({ severity, name, definition, notify }) => ({ severity, name, definition, notify })),
    types: incidentTypes.map(({ key, family, title, defaultSeverity, subtypes, legalClocks }) => ({ key, family, title, defaultSeverity, subtypes, legalClocks, fieldSets: (fieldSetsOf(key) ?? []).map((set) => set.key) })),
    fieldSets: allFieldSets(),
  };
  return shipped;
}

function allFieldSets(): Shipped['fieldSets'] {
  const sets = new Map(incidentTypes.flatMap((type) => (fieldSetsOf(type.key) ?? []).filter((set) => set.key !== 'clocks').map((set) => [set.key, set] as const)));
  return [...sets.values()].map(({ key, title, fields }) => ({ key, title, fields: [...fields] }));
}
