import shipped from './content/allegations.json' with { type: 'json' };

type Content = { families: readonly { readonly key: string; readonly title: string }[]; types: readonly { readonly key: string; readonly family: string; readonly title: string; readonly skills: readonly string[]; readonly elements: readonly string[] }[] };
// The browser reads this file too, so its shape is checked by the compiler and not by a schema at each start.
const content: Content = shipped;

/** A kind of allegation: which skills it asks for, and what has to be shown before it is substantiated. */
export type AllegationType = Content['types'][number];

export const ALLEGATION_FAMILIES = content.families;
export const ALLEGATION_TYPES = content.types;

const byKey = new Map(content.types.map((type) => [type.key, type]));

export const allegationTypeOf = (key: string): AllegationType | null => byKey.get(key) ?? null;
export const allegationTitle = (key: string): string => byKey.get(key)?.title ?? key;
