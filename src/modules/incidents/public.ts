import { incidentTypeOf } from './classification.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { incidents, READ } from './record.ts';

export { declareForExercise, endForExercise, incidentsOpenOf } from './exercise.ts';
export { capabilityTitle, causeTitle, isCapability, isCause, ratingTitle } from './review-rules.ts';

/** An incident as a system outside may be told of it, and what was written of it; null where it is not there, not the reader's to see, or behind a wall. */
export async function incidentToTell(ctx: Ctx, id: string): Promise<{ row: Readonly<Record<string, unknown>>; narrative: string | null } | null> {
  const found = await incidents.read(ctx, READ).selectFrom('incidents.incident').select(['number', 'title', 'typeKey', 'severity', 'state', 'occurredFrom', 'narrative', 'closureSummary']).where('id', '=', id).where('wallId', 'is', null).executeTakeFirst();
  if (!found) return null;
  const { narrative, closureSummary, ...row } = found;
  return { row, narrative: [narrative, closureSummary].filter((text) => text !== null && text.trim() !== '').join('\n\n') || null };
}

/** Whether nothing of an incident happened, since it was declared from a simulated alarm; false too where the reader does not see it. */
export async function isSimulatedIncident(ctx: Ctx, id: string): Promise<boolean> {
  const found = await incidents.read(ctx, READ).selectFrom('incidents.incident').select('isSimulated').where('id', '=', id).executeTakeFirst();
  return found?.isSimulated === true;
}

/** What a type of incident is called; null where there is none. */
export const incidentTypeTitle = (key: string): string | null => incidentTypeOf(key)?.title ?? null;
