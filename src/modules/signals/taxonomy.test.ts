import { describe, expect, it } from 'vitest';
import { NOT_UNDERSTOOD, correlations, eventTypes, families, priorities, priorityOf, profileOf, rationalisation, typeOf } from './taxonomy.ts';

const typeKeys = eventTypes.map((type) => type.key);

describe('the shipped taxonomy', () => {
  it('has 203 types in 13 families, each key once', () => {
    expect(typeKeys).toHaveLength(203);
    expect(new Set(typeKeys).size).toBe(203);
    expect(families).toHaveLength(13);
  });

  it.each(eventTypes.map((type) => [type.key, type] as const))('%s belongs to its family and names only types that exist', (key, type) => {
    expect(families.map((family) => family.key)).toContain(type.family);
    expect(key.startsWith(`${type.family}.`)).toBe(true);
    const ended = type.restoredBy.map((by) => by.replace(/#restore$/, ''));
    for (const other of [...ended, ...type.endsAtPoint, ...type.withdraws]) expect(typeKeys).toContain(other);
  });

  it.each(eventTypes.map((type) => [type.key, type] as const))('%s has a priority exactly when it raises an alarm', (_key, type) => {
    expect(type.priority !== null).toBe(type.raisesAlarm);
    if (type.priority === null) expect(type.profile.key).toBe('none');
  });

  it('gives every type that can cost a life the fast profile', () => {
    const urgent = ['duress.panic', 'duress.holdup', 'duress.code', 'duress.medical', 'fire.alarm', 'fire.manual', 'guard.sos', 'intel.traveller-sos'];
    for (const key of urgent) expect(profileOf(key)?.key).toBe('fast');
  });

  it('says that the times of both answer profiles are to be verified', () => {
    for (const key of ['duress.panic', 'intrusion.alarm']) expect(profileOf(key)?.verify).toMatch(/EN 50518/);
    expect(profileOf('duress.panic')?.targets.map((target) => target.withinS)).toEqual([30, 60]);
    expect(profileOf('intrusion.alarm')?.targets.map((target) => target.withinS)).toEqual([90, 180]);
  });

  it('maps the five shipped priorities to 1 to 4 and to none for the journal', () => {
    expect(priorities.map((priority) => priority.key)).toEqual(['emergency', 'high', 'medium', 'low', 'journal']);
    expect([priorityOf('duress.panic'), priorityOf('intrusion.alarm'), priorityOf('access.held'), priorityOf('fire.service'), priorityOf('access.granted')]).toEqual([1, 2, 3, 4, null]);
  });

  it('raises what it does not understand', () => {
    expect(typeOf(NOT_UNDERSTOOD)?.raisesAlarm).toBe(true);
    expect(priorityOf(NOT_UNDERSTOOD)).toBe(4);
  });

  it('answers null for a type that is not there', () => {
    expect([typeOf('no.such'), profileOf('no.such'), priorityOf('no.such')]).toEqual([null, null, null]);
  });

  it('cannot be changed while the product runs', () => {
    const type = typeOf('fire.alarm');
    expect(() => Object.assign(type ?? {}, { priority: 4 })).toThrow(TypeError);
    expect(() => ((type as { restoredBy: readonly string[] }).restoredBy as string[]).push('fire.test')).toThrow(TypeError);
  });

  it('rationalises every family, and proposes correlations over types that exist', () => {
    expect(rationalisation.families.map((row) => row.family)).toEqual(families.map((family) => family.key));
    for (const rule of correlations) for (const key of [rule.result, ...rule.when.map((part) => part.type)]) expect(typeKeys).toContain(key);
  });
});
