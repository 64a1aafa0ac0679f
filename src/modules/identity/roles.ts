import { readFileSync } from 'node:fs';
import { z } from 'zod';

const RoleDefinition = z.object({ key: z.string(), title: z.string(), purpose: z.string(), kind: z.enum(['human', 'service', 'part']), maxGrantDays: z.number().int().positive().nullable(), permissions: z.array(z.string()) });
export type RoleDefinition = z.infer<typeof RoleDefinition>;

/** The shipped roles: of people, of service actors, and the parts of a wall. */
export const ROLES: readonly RoleDefinition[] = z.array(RoleDefinition).parse(JSON.parse(readFileSync(new URL('./content/roles.json', import.meta.url), 'utf8')).roles);
