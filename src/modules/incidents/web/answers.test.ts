import { describe, expect, test } from 'vitest';
import type { Incident } from '../contract.ts';
import { changesOf, laidOver, valueOf } from './answers.ts';
import { fieldSetsOf } from '../classification.ts';

const base = fieldSetsOf('trespass')?.find(({ key }) => key === 'base');
if (!base) throw new Error('There is no base set.');
const set = { key: base.key, title: base.title, fields: base.fields.map(({ walled: _, may, options, hint, fromSeverity, ...field }) => ({ ...field, ...(may && { may }), ...(options && { options }), ...(hint && { hint }), ...(fromSeverity && { fromSeverity }) })) };
const incident = { title: 'Door forced', siteId: 's1', occurredFrom: '2026-11-20T01:12:00Z', occurredTo: null, knownAt: '2026-11-20T01:12:05Z', reportedBy: 'Panel', place: '', narrative: 'Long', fields: { place: { stated: 'unknown' }, firstActions: 'Sent K7' }, commanderId: 'p1' } as unknown as Incident;

describe('a draft of facts', () => {
  test('sends only what was touched, own facts apart from answers', () => {
    expect(changesOf(incident, set, {})).toEqual({});
    expect(changesOf(incident, set, { narrative: 'Longer', firstActions: null, title: 'Doors forced' })).toEqual({ narrative: 'Longer', title: 'Doors forced', fields: { firstActions: null } });
  });

  test('a value takes back what was said instead of it', () => {
    expect(changesOf(incident, set, { place: 'Dock 3' })).toEqual({ place: 'Dock 3', fields: { place: null } });
  });

  test('“none” and “not known” are answers, beside the value that stands', () => {
    expect(changesOf(incident, set, { occurredTo: { stated: 'none' } })).toEqual({ fields: { occurredTo: { stated: 'none' } } });
  });

  test('an emptied text is empty, an emptied beginning stays as it was', () => {
    expect(changesOf(incident, set, { reportedBy: null, occurredFrom: null, occurredTo: null })).toEqual({ reportedBy: '', occurredTo: null });
  });

  test('what was said instead shows before what stands in the column', () => {
    expect(valueOf(incident, 'place')).toEqual({ stated: 'unknown' });
    expect(valueOf(incident, 'narrative')).toBe('Long');
    expect(valueOf(incident, 'firstActions')).toBe('Sent K7');
  });

  test('once saved they lie over what was read, so that the next form is not told that somebody else changed it', () => {
    const saved = laidOver(incident, changesOf(incident, set, { place: 'Dock 3', firstActions: 'Sent K9' }), 7);
    expect([saved.version, valueOf(saved, 'place'), valueOf(saved, 'firstActions'), saved.title]).toEqual([7, 'Dock 3', 'Sent K9', 'Door forced']);
  });
});
