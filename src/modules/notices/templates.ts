import { z } from 'zod';
import shipped from './content/templates.json' with { type: 'json' };
import { QUESTIONS } from './rules.ts';
import { Texts } from './texts.ts';

/** The templates as shipped: our own wording, which every organisation changes. */
export const TEMPLATES = z.array(z.strictObject({ key: z.string(), title: z.string(), question: z.enum(QUESTIONS), isLifeSafety: z.boolean(), texts: Texts })).parse(shipped);
