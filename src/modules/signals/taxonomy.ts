import { z } from 'zod';
import shipped from './content/taxonomy.json' with { type: 'json' };

/** 1 is the most urgent; null is a type that is journal only and raises no alarm. */
export type Priority = 1 | 2 | 3 | 4;

const Target = z.strictObject({ withinS: z.int().positive(), share: z.number().positive().max(1) });
const ProfileRow = z.strictObject({ key: z.enum(['fast', 'standard', 'none']), title: z.string(), targets: z.array(Target), verify: z.string().optional() });
const PriorityRow = z.strictObject({
  key: z.enum(['emergency', 'high', 'medium', 'low', 'journal']),
  order: z.int().min(1).max(5),
  meaning: z.string(),
  sound: z.string(),
  target: z.string(),
});
const FamilyRow = z.strictObject({ key: z.string(), title: z.string() });
const Ocsf = z.strictObject({ class_uid: z.int(), class_name: z.string(), category: z.string(), type_uid: z.int(), severity_id: z.int() });
const TypeRow = z.strictObject({
  key: z.string().regex(/^[a-z]+\.[a-z][a-z-]*$/),
  family: z.string(),
  title: z.string().min(1),
  priority: PriorityRow.shape.key,
  profile: ProfileRow.shape.key,
  raisesAlarm: z.boolean(),
  restoredBy: z.array(z.string()),
  latches: z.boolean(),
  sop: z.string().nullable(),
  ocsf: Ocsf,
});
const Correlation = z.strictObject({
  key: z.string(),
  title: z.string(),
  when: z.array(z.strictObject({ type: z.string(), count: z.int().positive() })),
  windowS: z.int().nonnegative(),
  scope: z.string(),
  effect: z.string(),
  result: z.string(),
  state: z.string(),
});
const TaxonomyFile = z.strictObject({
  version: z.iso.date(),
  notes: z.array(z.string()),
  profiles: z.array(ProfileRow),
  priorities: z.array(PriorityRow),
  families: z.array(FamilyRow),
  types: z.array(TypeRow),
  endsAtPoint: z.record(z.string(), z.array(z.string())),
  withdraws: z.record(z.string(), z.array(z.string())),
  rationalisation: z.strictObject({
    note: z.string(),
    actWithinMin: z.record(z.string(), z.int().positive()),
    families: z.array(z.strictObject({ family: z.string(), causes: z.string(), consequence: z.string(), response: z.string() })),
  }),
  correlations: z.array(Correlation),
});

/** An answer profile. `verify` says why its times are shown as unverified. */
export type Profile = Readonly<z.output<typeof ProfileRow>>;

/** A type of event, with everything that the rules on it need. */
export type EventType = Readonly<{
  key: string;
  family: string;
  title: string;
  /** Null: journal only. */
  priority: Priority | null;
  profile: Profile;
  raisesAlarm: boolean;
  /** What ends the condition: `type#restore` or another type's key. */
  restoredBy: readonly string[];
  /** Stays until a person closes it, even when the condition has ended. */
  latches: boolean;
  sop: string | null;
  /** Which open types end when this type is restored at a point (effect `restore-point`). */
  endsAtPoint: readonly string[];
  /** Which open types a cancellation of this type withdraws (effect `cancel`). */
  withdraws: readonly string[];
  ocsf: Readonly<z.output<typeof Ocsf>>;
}>;

const file = deepFreeze(TaxonomyFile.parse(shipped));
const profiles = new Map(file.profiles.map((profile) => [profile.key, profile]));
const orders = new Map(file.priorities.map((priority) => [priority.key, priority.order]));

/** The type that a signal gets when its code is not understood; it is raised so that a person looks. */
export const NOT_UNDERSTOOD = 'equipment.not-understood';

/** The date of the shipped taxonomy. */
export const taxonomyVersion = file.version;

/** The five priorities, `journal` last, with what they mean and how they sound. */
export const priorities = file.priorities;

/** The families of events, in the order of the shipped file. */
export const families = file.families;

/** Causes, consequence and response of each family, and within how many minutes acting still helps. */
export const rationalisation = file.rationalisation;

/** Rules over several signals as proposals; none is in force before it was replayed. */
export const correlations = file.correlations;

/** Every event type, in the order of the shipped file. */
export const eventTypes: readonly EventType[] = Object.freeze(file.types.map(resolve));

const byKey = new Map(eventTypes.map((type) => [type.key, type]));

/** The type of that key, or null where there is none. */
export const typeOf = (key: string): EventType | null => byKey.get(key) ?? null;

/** The answer profile of a type; null where there is no such type. */
export const profileOf = (key: string): Profile | null => byKey.get(key)?.profile ?? null;

/** The priority of a type, 1 to 4; null for journal types and types that are not there. */
export const priorityOf = (key: string): Priority | null => byKey.get(key)?.priority ?? null;

function resolve(row: (typeof file.types)[number]): EventType {
  const profile = profiles.get(row.profile);
  if (!profile) throw new Error(`The type ${row.key} names the profile ${row.profile}, which is not there.`);
  return Object.freeze({
    ...row,
    profile,
    priority: asPriority(orders.get(row.priority) ?? 5),
    endsAtPoint: file.endsAtPoint[row.key] ?? [],
    withdraws: file.withdraws[row.key] ?? [],
  });
}

function asPriority(order: number): Priority | null {
  return order === 1 || order === 2 || order === 3 || order === 4 ? order : null;
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
