import { z } from 'zod';
import { eventTypes } from '#modules/signals/public.ts';
import shipped from './content/metrics.json' with { type: 'json' };

export const PARTS = ['site', 'shift', 'type'] as const;
export const Part = z.enum(PARTS);
export type Part = z.infer<typeof Part>;

/** How bins become a figure: a share of those met, the median of seconds, a number, the share of the most frequent, or of the time in flood. */
const Measure = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('share'), met: z.array(z.string()).optional(), atMost: z.number().optional().describe('Seconds'), also: z.number().optional(), alsoTarget: z.number().optional(), leaveOut: z.array(z.string()).optional() }),
  z.strictObject({ as: z.literal('median') }),
  z.strictObject({ as: z.literal('count'), met: z.array(z.string()) }),
  z.strictObject({ as: z.literal('top'), most: z.number() }),
  z.strictObject({ as: z.literal('flood') }),
]);
export type Measure = z.infer<typeof Measure>;

const Definition = z.strictObject({
  key: z.string(), version: z.number(), name: z.string(), owner: z.string(), formula: z.string(), unit: z.enum(['share', 'number', 's', 'min', 'h']), source: z.enum(['alarms', 'incidents', 'tasks', 'workorders', 'devices']),
  target: z.number().nullable(), direction: z.enum(['up', 'down']), caveat: z.string(), smallCount: z.enum(['wilson', 'poisson', 'bootstrap', 'none']),
  reads: z.string(), fact: z.string(), among: z.enum(['fast', 'standard', 'urgent']).nullable(), measure: Measure, parts: z.array(Part),
  isMoment: z.boolean().default(false), ofThings: z.boolean().default(false),
});
/** A figure that is kept: what it counts, of what, and with which permission its records are read. `target` is in its unit. */
export type Definition = z.infer<typeof Definition>;

const file = z.strictObject({ version: z.iso.date(), metrics: z.array(Definition) }).parse(shipped);

/** All definitions in force, in the order of the catalogue. */
export const DEFINITIONS: readonly Definition[] = file.metrics;

const byKey = new Map(DEFINITIONS.map((one) => [one.key, one]));
export const definitionOf = (key: string): Definition | null => byKey.get(key) ?? null;

const ofProfile = (key: string): string[] => eventTypes.filter(({ profile }) => profile?.key === key).map((type) => type.key);

/** The kinds that a definition is about; null where it is about all. */
export function amongOf({ among }: Definition): string[] | null {
  if (among === null) return null;
  return among === 'urgent' ? ['1', '2'] : ofProfile(among);
}
