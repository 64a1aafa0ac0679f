import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer, classify, close, declare, faultOfValue, fieldsOf, incidentTypes, missingToClose, reopen, strike, write } from './rules.ts';
import type { IncidentFacts } from './rules.ts';
import { aCommander, aCompleteIncident, anIncident, exampleOf } from './testing.ts';

const ana = aCommander();
const reader = aCommander({ mayDeclare: false, mayWrite: false, mayClose: false });
const now = new Date('2026-11-21T08:00:00Z');
const ending = { reason: 'resolved', summary: 'Nothing was taken; the gate is repaired.' };
const everyType = incidentTypes.map((type) => [type.key] as const);
const missingKeys = (incident: IncidentFacts): string[] => missingToClose(incident, now).map((missing) => missing.field);

describe('every type', () => {
  it.each(everyType)('%s closes when everything is answered', (key) => {
    expect(missingToClose(aCompleteIncident(key), now)).toEqual([]);
    expect(close(aCompleteIncident(key), ana, ending, now)).toEqual({ ok: true, state: 'closed' });
  });

  it.each(everyType)('%s names each required field that is left out, and what to do', (key) => {
    const bare = anIncident({ typeKey: key, severity: 3, occurredFrom: null, knownAt: null });
    const required = (fieldsOf(key) ?? []).filter((field) => field.required).map((field) => field.key);
    expect(missingKeys(bare)).toEqual(required);
    for (const missing of missingToClose(bare, now)) expect(missing.detail).toMatch(/\.$/);
  });

  it.each(everyType)('%s takes “none” or “not known” where the field allows it', (key) => {
    const complete = aCompleteIncident(key);
    const stated = Object.fromEntries((fieldsOf(key) ?? []).filter((field) => field.may).map((field) => [field.key, { stated: field.may?.[0] }]));
    expect(missingKeys({ ...complete, occurredTo: null, place: '', reportedBy: '', persons: [], things: [], noLoss: null, fields: { ...complete.fields, ...stated } })).toEqual([]);
  });
});

describe('what is missing', () => {
  it('is the classification, first of all', () => expect(missingKeys(anIncident())).toEqual(['typeKey']));
  it('is how badly a victim was hurt', () => {
    const hurt = aCompleteIncident('trespass', { persons: [{ role: 'victim', name: 'Bo', injury: null }] });
    expect(missingToClose(hurt, now)).toEqual([{ field: 'persons', label: 'People involved', detail: 'Say how badly Bo was hurt; “none” is an answer.' }]);
  });
  it('is what it cost, until losses are entered or said to be none', () => {
    expect(missingKeys(aCompleteIncident('vandalism', { noLoss: null }))).toEqual(['losses']);
    expect(missingKeys(aCompleteIncident('vandalism', { noLoss: null, losses: [{}] }))).toEqual([]);
  });
  it('is a review within 30 days, from severity 3 on', () => {
    const late = { ...aCompleteIncident('fire').fields, afterActionAt: '2026-12-30T09:00:00Z' };
    const { afterActionAt: _without, ...none } = late;
    expect(missingKeys(aCompleteIncident('fire', { fields: late }))).toEqual(['afterActionAt']);
    expect(missingKeys(aCompleteIncident('fire', { fields: none }))).toEqual(['afterActionAt']);
    expect(missingKeys(aCompleteIncident('fire', { fields: none, severity: 2 }))).toEqual([]);
  });
  it('is a decision on each duty to notify, with a note', () => {
    const fields = { ...aCompleteIncident('breach-personal').fields, 'clock.gdpr-authority': { decision: 'met', note: '' } };
    expect(missingKeys(aCompleteIncident('breach-personal', { fields }))).toEqual(['clock.gdpr-authority']);
  });
  it('is the owner or date of an open action', () => {
    expect(missingKeys(aCompleteIncident('trespass', { openTasks: [{ title: 'Mend the fence', ownerId: 'bo', dueAt: null }] }))).toEqual(['tasks']);
  });
  it('is an answer that is not well-formed', () => expect(missingKeys(aCompleteIncident('trespass', { fields: { ...aCompleteIncident('trespass').fields, 'access.method': 'teleport' } }))).toEqual(['access.method']));
});

describe('declaring and classifying', () => {
  it('needs a name, and a time of knowing that is not before it began', () => {
    const input = { title: 'Van at the gate', occurredFrom: '2026-11-20T12:00:00Z', knownAt: '2026-11-20T12:05:00Z' };
    expect(declare(ana, input)).toEqual({ ok: true, state: 'open' });
    expect(declare(ana, { ...input, title: ' ' })).toMatchObject({ code: 'incidents.name_it' });
    expect(declare(ana, { ...input, knownAt: '2026-11-20T11:00:00Z' })).toMatchObject({ code: 'incidents.known_before' });
    expect(declare(reader, input)).toMatchObject({ kind: 'forbidden' });
  });
  it('takes the severity of the type unless another is given', () => {
    expect(classify(anIncident(), ana, { typeKey: 'burglary', subtype: 'break-in' })).toEqual({ ok: true, typeKey: 'burglary', subtype: 'break-in', severity: 3 });
    expect(classify(anIncident(), ana, { typeKey: 'burglary', severity: 4 })).toMatchObject({ severity: 4, subtype: null });
  });
  it.each([
    [{ typeKey: 'no-such' }, 'incidents.no_such_type'],
    [{ typeKey: 'burglary', subtype: 'by magic' }, 'incidents.no_such_subtype'],
    [{ typeKey: 'burglary', severity: 6 }, 'incidents.no_such_severity'],
  ])('refuses %o', (input, code) => expect(classify(anIncident(), ana, input)).toMatchObject({ ok: false, code }));
});

describe('answering', () => {
  const trespass = anIncident({ typeKey: 'trespass' });
  it('takes answers that fit the type, and takes them back', () => expect(answer(trespass, ana, { 'access.method': 'climbed', 'people.careOffered': null })).toEqual({ ok: true }));
  it.each([
    [{ 'cargo.carrier': 'X' }, 'cargo.carrier'],
    [{ 'access.method': 'teleport' }, 'access.method'],
    [{ 'access.method': { stated: 'none' } }, 'access.method'],
    [{ place: 'Elsewhere' }, 'place'],
    [{ persons: ['Bo'] }, 'persons'],
  ])('refuses %o and says which', (answers, field) => expect(answer(trespass, ana, answers)).toMatchObject({ ok: false, missing: [{ field }] }));
  it('takes well-formed answers to every field of every type, and never junk for a choice, time, sum or decision', () => {
    for (const type of incidentTypes)
      for (const field of fieldsOf(type.key) ?? []) {
        const example = exampleOf(field);
        if (example !== undefined) expect(faultOfValue(field, example)).toBeNull();
      }
    const strict = incidentTypes.flatMap((type) => fieldsOf(type.key) ?? []).filter((field) => ['choice', 'datetime', 'money', 'clock', 'country'].includes(field.kind));
    fc.assert(fc.property(fc.constantFrom(...strict), fc.oneof(fc.string(), fc.array(fc.string()), fc.object(), fc.boolean(), fc.constant(null)), (field, junk) => {
      fc.pre(!(field.options ?? []).some((option) => option.key === junk) && !(field.kind === 'country' && /^[A-Z]{2}$/.test(String(junk))));
      return faultOfValue(field, junk) !== null;
    }));
  });
});

describe('closing', () => {
  const trespass = aCompleteIncident('trespass');
  it.each([
    ['without a reason that exists', trespass, ana, { ...ending, reason: 'bored' }, 'incidents.no_such_reason'],
    ['without a summary', trespass, ana, { ...ending, summary: 'ok' }, 'incidents.sum_up'],
    ['while something is missing', { ...trespass, noLoss: null }, ana, ending, 'incidents.not_complete'],
    ['as handed to authorities without their reference', { ...trespass, fields: { ...trespass.fields, policeReference: null } }, ana, { ...ending, reason: 'police' }, 'incidents.not_complete'],
    ['with corrective actions when none is open', trespass, ana, { ...ending, reason: 'corrective' }, 'incidents.no_actions'],
    ['twice', { ...trespass, state: 'closed' as const }, ana, ending, 'incidents.already_closed'],
    ['by a reader', trespass, reader, ending, 'platform.forbidden'],
  ] as const)('is refused %s', (_name, incident, actor, input, code) => expect(close(incident, actor, input, now)).toMatchObject({ ok: false, code }));
  it('stops writing, striking, classifying and answering until it is opened again with a reason', () => {
    const closed = aCompleteIncident('trespass', { state: 'closed' });
    const after = [write(closed, ana), strike(closed, ana, { struckAt: null }, 'wrong'), classify(closed, ana, { typeKey: 'fire' }), answer(closed, ana, {})];
    for (const result of after) expect(result).toMatchObject({ ok: false, kind: 'conflict', code: 'incidents.already_closed' });
    expect(reopen(closed, ana, '')).toMatchObject({ ok: false, code: 'incidents.say_why' });
    expect(reopen(closed, reader, 'New witness')).toMatchObject({ ok: false, kind: 'forbidden' });
    expect(reopen(closed, ana, 'New witness')).toEqual({ ok: true, state: 'open' });
    expect(reopen(aCompleteIncident('trespass'), ana, 'New witness')).toMatchObject({ ok: false, kind: 'conflict' });
  });
});

describe('striking an entry', () => {
  it('needs a reason and happens once', () => {
    expect(strike(anIncident(), ana, { struckAt: null }, 'wrong gate')).toEqual({ ok: true });
    expect(strike(anIncident(), ana, { struckAt: null }, ' ')).toMatchObject({ code: 'incidents.say_why' });
    expect(strike(anIncident(), ana, { struckAt: '2026-11-20T12:00:00Z' }, 'wrong gate')).toMatchObject({ kind: 'conflict' });
    expect(strike(anIncident(), reader, { struckAt: null }, 'wrong gate')).toMatchObject({ kind: 'forbidden' });
  });
});
