import { type Refusal, refuse } from '../refusal.ts';
import { EFFECTS, FIELDS, NEAR, type Rule, type RuleKind } from './kinds.ts';

/** The most that a rule may ask to be kept for one key, and the longest time it may look back. */
export const MOST_COUNT = 1000;
export const MOST_STEPS = 8;
export const LONGEST_MS = 31 * 86_400_000;

type Part = (value: unknown, at: string) => Refusal | null;
type Shape = { readonly [name: string]: Part };

const TYPE = /^(\*|[a-z][a-z0-9_-]*(\.\*|(\.[a-z0-9_-]+)*))$/;

const text = (most: number): Part => (value, at) => (typeof value === 'string' && value.trim() !== '' && value.length <= most ? null : refuse(at, `It takes a text of at most ${most} characters.`));
const whole = (least: number, most: number): Part => (value, at) => (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most ? null : refuse(at, `It takes a whole number from ${least} to ${most}.`));
const above = (most: number): Part => (value, at) => (typeof value === 'number' && value > 0 && value <= most ? null : refuse(at, `It takes a number above 0, at most ${most}.`));
const oneOf = (words: readonly string[]): Part => (value, at) => (typeof value === 'string' && words.includes(value) ? null : refuse(at, `It is one of ${words.join(', ')}.`));
const optional = (part: Part): Part => (value, at) => (value === undefined ? null : part(value, at));
const type: Part = (value, at) => (typeof value === 'string' && value.length <= 80 && TYPE.test(value) && !value.includes('*') ? null : refuse(at, 'It takes a type of the taxonomy, as in intrusion.confirmed.'));
const pattern: Part = (value, at) => (typeof value === 'string' && value.length <= 80 && TYPE.test(value) ? null : refuse(at, 'It takes a type of the taxonomy, a family as in access.*, or *.'));

const list = (part: Part, least: number, most: number, differing = false): Part => (value, at) => {
  if (!Array.isArray(value) || value.length < least || value.length > most) return refuse(at, least === most ? `It takes a list of ${most}.` : `It takes a list of ${least} to ${most}.`);
  for (const [i, one] of value.entries()) {
    const wrong = part(one, `${at}[${i}]`);
    if (wrong) return wrong;
    if (differing && value.indexOf(one) < i) return refuse(`${at}[${i}]`, `${String(one)} stands there twice.`);
  }
  return null;
};

const object = (shape: Shape): Part => (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'It takes an object with named parts.');
  const dot = at === '' ? '' : `${at}.`;
  for (const name of Object.keys(value)) if (!Object.hasOwn(shape, name)) return refuse(dot + name, `There is no part of this name here; there are ${Object.keys(shape).join(', ')}.`);
  for (const [name, part] of Object.entries(shape)) {
    const wrong = part((value as Record<string, unknown>)[name], dot + name);
    if (wrong) return wrong;
  }
  return null;
};

const matchOf = (effects: readonly string[]): Part => object({
  types: list(pattern, 1, 50, true),
  effects: optional(list(oneOf(effects), 1, effects.length, true)),
  where: optional(object(Object.fromEntries(FIELDS.map((field) => [field, optional(list(text(200), 1, 1000, true))])))),
});
const match = matchOf(EFFECTS);
/** What may be held: no restore and no cancellation ever is. */
const held = matchOf(['raise', 'note']);

const common = (kind: RuleKind, leastMs = 1) => ({ kind: oneOf([kind]), id: text(100), version: whole(1, 1e9), title: text(200), withinMs: whole(leastMs, LONGEST_MS) });
const by = { by: list(oneOf(FIELDS), 1, FIELDS.length, true) };
const raises = { raises: type };
const count = { count: whole(2, MOST_COUNT) };

const SHAPES: { readonly [K in RuleKind]: Part } = {
  sequence: object({ ...common('sequence'), by: list(oneOf(FIELDS), 0, FIELDS.length, true), ...raises, steps: list(match, 2, MOST_STEPS), near: optional(oneOf(NEAR)) }),
  threshold: object({ ...common('threshold'), ...by, ...raises, ...count, of: match }),
  confirmation: object({ ...common('confirmation'), ...by, ...raises, of: list(match, 1, MOST_STEPS), atLeast: whole(2, 50), differing: oneOf([...FIELDS, 'part']) }),
  absence: object({ ...common('absence'), ...by, ...raises, after: match, expect: match }),
  silence: object({ ...common('silence', 1000), ...by, ...raises, of: match }),
  travel: object({ ...common('travel'), ...by, ...raises, of: match, speedKmh: above(50_000), overheadMs: whole(0, LONGEST_MS) }),
  pair: object({ ...common('pair', 0), ...by, ...raises, opens: match, closes: match }),
  deduplicate: object({ ...common('deduplicate'), ...by, raises: optional(type), of: held, from: oneOf(['first', 'latest']) }),
  suppress: object({ ...common('suppress'), ...by, cause: match, hold: held, until: optional(match), as: oneOf(['hold', 'group']) }),
  runaway: object({ ...common('runaway'), ...by, ...raises, ...count, of: held }),
};

/**
 * A rule from outside, whole or refused with the field (`at`, as in `steps[1].types[0]`) and what stands against it.
 * @param vitalTypes types of duress, hold-up, fire and medical: a rule that names one to be held is refused.
 */
export function checkRule(value: unknown, vitalTypes: readonly string[] = []): { ok: true; rule: Rule } | Refusal {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) return refuse('kind', `It is one of ${Object.keys(SHAPES).join(', ')}.`);
  const wrong = SHAPES[kind as RuleKind](value, '');
  if (wrong) return wrong;
  const rule = value as Rule;
  return contradiction(rule) ?? holdsVital(rule, vitalTypes) ?? { ok: true, rule };
}

/** A list of rules, no two of one id; `at` begins with the rule's place in it. */
export function checkRules(values: unknown, vitalTypes: readonly string[] = []): { ok: true; rules: readonly Rule[] } | Refusal {
  if (!Array.isArray(values)) return refuse('', 'Rules are a list.');
  const ids = new Set<string>();
  for (const [i, value] of values.entries()) {
    const checked = checkRule(value, vitalTypes);
    if (!checked.ok) return refuse(`[${i}].${checked.at}`, checked.reason);
    if (ids.has(checked.rule.id)) return refuse(`[${i}].id`, `There are two rules called ${checked.rule.id}.`);
    ids.add(checked.rule.id);
  }
  return { ok: true, rules: values as Rule[] };
}

/** What no rule can mean, although each of its parts may be so. */
function contradiction(rule: Rule): Refusal | null {
  if (rule.kind === 'sequence' && rule.near === undefined && rule.by.length === 0) return refuse('by', 'Without “near” it takes at least one field that the steps have in common.');
  if (rule.kind === 'sequence' && rule.near !== undefined && rule.by.includes('zone')) return refuse('by', 'The zone is compared by “near” already.');
  if (rule.kind === 'travel' && rule.by.includes('site')) return refuse('by', 'It compares the sites of one key, so the site can’t be part of the key.');
  if (rule.kind === 'pair' && rule.withinMs > 0 && rule.withinMs < 1000) return refuse('withinMs', 'It is 0, or at least a second.');
  if (rule.kind !== 'confirmation') return null;
  if (rule.differing === 'part' && rule.atLeast > rule.of.length) return refuse('atLeast', `There are only ${rule.of.length} parts that can differ.`);
  return rule.differing !== 'part' && rule.by.includes(rule.differing) ? refuse('differing', 'What is the same by “by” can’t differ.') : null;
}

function holdsVital(rule: Rule, vitalTypes: readonly string[]): Refusal | null {
  const [at, of] = rule.kind === 'suppress' ? ['hold', rule.hold] as const : rule.kind === 'deduplicate' || rule.kind === 'runaway' ? ['of', rule.of] as const : ['', null] as const;
  const index = of?.types.findIndex((one) => vitalTypes.includes(one)) ?? -1;
  return index < 0 ? null : refuse(`${at}.types[${index}]`, 'Duress, hold-up, fire and medical alarms are never held.');
}
