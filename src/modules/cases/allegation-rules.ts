import { z } from 'zod';
import shipped from './content/allegations.json' with { type: 'json' };

const Content = z.strictObject({
  source: z.string(),
  families: z.array(z.strictObject({ key: z.string(), title: z.string() })),
  types: z.array(z.strictObject({ key: z.string(), family: z.string(), title: z.string(), skills: z.array(z.string()), elements: z.array(z.string()).min(1) })),
});
const content = Content.parse(shipped);

/** A kind of allegation: which skills it asks for, and what has to be shown before it is substantiated. */
export type AllegationType = Readonly<(typeof content.types)[number]>;

export const ALLEGATION_FAMILIES = content.families;
export const ALLEGATION_TYPES: readonly AllegationType[] = content.types;

const byKey = new Map(content.types.map((type) => [type.key, type]));

export const allegationTypeOf = (key: string): AllegationType | null => byKey.get(key) ?? null;
export const allegationTitle = (key: string): string => byKey.get(key)?.title ?? key;
