import { describe, expect, it } from 'vitest';
import { baseFields, closureReasons, fieldSetsOf, fieldsOf, icsLevels, incidentFamilies, incidentTypeOf, incidentTypes, legalClockOf, severities, severityOf, suggestedTypeFor } from './classification.ts';

const all = incidentTypes.map((type) => [type.key, type] as const);

describe('the shipped classification', () => {
  it('has 103 types in 12 families, five severities, five levels of command and eleven reasons to close', () => {
    expect(new Set(incidentTypes.map((type) => type.key)).size).toBe(103);
    expect([incidentFamilies.length, severities.length, icsLevels.length, closureReasons.length]).toEqual([12, 5, 5, 11]);
  });

  it.each(all)('%s has a family, a severity, a level, and legal clocks that exist', (_key, type) => {
    expect(incidentFamilies.map((family) => family.key)).toContain(type.family);
    expect(severityOf(type.defaultSeverity)?.key).toBe(`sev${type.defaultSeverity}`);
    expect(severities.map((severity) => severity.key)).toContain(type.notify);
    expect(icsLevels.map((level) => level.level)).toContain(type.defaultIcsLevel);
    for (const clock of type.legalClocks) expect(legalClockOf(clock)?.legalAdvice).toMatch(/counsel/);
  });

  it.each(all)('%s asks for fields that are defined, each once, the base first', (key, type) => {
    const fields = fieldsOf(key) ?? [];
    expect(fields.slice(0, baseFields.length)).toEqual(baseFields);
    expect(new Set(fields.map((field) => field.key)).size).toBe(fields.length);
    expect(fieldSetsOf(key)?.map((set) => set.key)).toEqual([...type.fieldSets, 'closing', ...(type.legalClocks.length > 0 ? ['clocks'] : [])]);
    for (const field of fields) if (field.kind === 'choice') expect(field.options?.length).toBeGreaterThan(1);
  });

  it('marks what belongs behind a wall', () => {
    expect(fieldsOf('principal-approach')?.find((field) => field.key === 'principal.code')?.walled).toBe(true);
    expect(fieldsOf('order-violation')?.find((field) => field.key === 'order.protectedPerson')?.walled).toBe(true);
  });

  it('offers a type for an alarm, and “other” where none is near', () => {
    expect(suggestedTypeFor('duress.holdup')).toBe('robbery');
    expect([suggestedTypeFor('equipment.printer'), suggestedTypeFor('constructor')]).toEqual(['other', 'other']);
  });

  it('answers null for what is not there', () => expect([incidentTypeOf('no-such'), fieldsOf('no-such'), legalClockOf('no-such'), severityOf(6)]).toEqual([null, null, null, null]));
});
