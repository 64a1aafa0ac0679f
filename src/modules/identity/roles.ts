import { z } from 'zod';
import shipped from './content/roles.json' with { type: 'json' };

const Atom = z.string().regex(/^[a-z]+:[a-z][a-z-]*$/);

const PermissionDefinition = z.strictObject({
  key: Atom,
  title: z.string().min(1),
  narrow: z.boolean(),
  twoPerson: z.boolean(),
  ledgeredRead: z.boolean(),
  offline: z.boolean(),
  since: z.enum(['0.1', 'later']),
});
const RoleDefinition = z.strictObject({
  key: z.string().regex(/^[a-z][a-z-]*$/),
  title: z.string().min(1),
  purpose: z.string(),
  kind: z.enum(['human', 'service', 'part']),
  defaultScope: z.string(),
  maxGrantDays: z.number().int().positive().nullable(),
  permissions: z.array(Atom),
  later: z.array(Atom),
});
const TwoPersonDecision = z.strictObject({ key: z.string(), permission: Atom, name: z.string(), expiresMinutes: z.int().positive().nullable(), rule: z.string(), mayActFirst: z.boolean() });
const SeparationRule = z.strictObject({ key: z.string(), left: z.array(Atom), right: z.array(Atom), kind: z.enum(['static', 'dynamic']), why: z.string() });
const BreakGlass = z.strictObject({
  who: z.array(z.string()),
  permission: Atom,
  reasons: z.array(z.string()),
  requires: z.array(z.string()),
  gives: z.string(),
  durationMinutes: z.int().positive(),
  renewable: z.boolean(),
  announcedTo: z.array(z.string()),
  reviewWithinHours: z.int().positive(),
  limits: z.array(z.string()),
  offline: z.string(),
});
const RolesFile = z.strictObject({
  version: z.iso.date(),
  notes: z.array(z.string()),
  permissions: z.array(PermissionDefinition),
  roles: z.array(RoleDefinition),
  scopeKinds: z.array(z.strictObject({ key: z.string(), name: z.string(), meaning: z.string() })),
  twoPersonDecisions: z.array(TwoPersonDecision),
  separationOfDuty: z.array(SeparationRule),
  breakGlass: BreakGlass,
  personStates: z.array(z.strictObject({ key: z.string(), meaning: z.string(), next: z.array(z.string()) })),
  grantRules: z.array(z.string()),
});

/** What a role is for, and what it may: `permissions` in force, `later` those of modules that are not built yet. */
export type RoleDefinition = Readonly<z.infer<typeof RoleDefinition>>;
export type PermissionDefinition = Readonly<z.infer<typeof PermissionDefinition>>;
/** `static`: never both sides in one person. `dynamic`: never both sides on one record. */
export type SeparationRule = Readonly<z.infer<typeof SeparationRule>>;

const file = RolesFile.parse(shipped);

/** The shipped roles: of people, of service actors, and the parts of a wall. */
export const ROLES: readonly RoleDefinition[] = file.roles;

/** Every permission by name, those of later modules among them. */
export const PERMISSIONS: readonly PermissionDefinition[] = file.permissions;

export const TWO_PERSON_DECISIONS = file.twoPersonDecisions;
export const SEPARATION_OF_DUTY: readonly SeparationRule[] = file.separationOfDuty;
export const BREAK_GLASS = file.breakGlass;
export const SCOPE_KINDS = file.scopeKinds;
export const GRANT_RULES = file.grantRules;

const byKey = new Map(file.roles.map((role) => [role.key, role]));

export const roleOf = (key: string): RoleDefinition | null => byKey.get(key) ?? null;

/** The rules of separation that somebody with all these roles would have both sides of. */
export function keptApart(roleKeys: readonly string[]): readonly SeparationRule[] {
  const held = new Set(roleKeys.flatMap((key) => [...(byKey.get(key)?.permissions ?? []), ...(byKey.get(key)?.later ?? [])]));
  const has = (side: readonly string[]): boolean => side.some((atom) => held.has(atom));
  return SEPARATION_OF_DUTY.filter((rule) => has(rule.left) && has(rule.right));
}

/** The static rules among them: nobody has all these roles. */
export const brokenSeparation = (roleKeys: readonly string[]): readonly SeparationRule[] => keptApart(roleKeys).filter((rule) => rule.kind === 'static');
