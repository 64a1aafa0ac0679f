import { z } from 'zod';

const Said = z.strictObject({ short: z.string().trim().min(1, 'Say it in a sentence').max(300), long: z.string().trim().max(2500).default('') });
/** What may be written. */
export const Texts = z.strictObject({ en: Said, de: Said.nullable().default(null) });
