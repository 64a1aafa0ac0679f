import type { Procedure, Step } from './procedure.ts';

/** A required instruction of a minute that leads to `z`, unless said otherwise. */
export const aStep = (change: Partial<Step> = {}): Step => {
  const kind = change.kind ?? 'instruction';
  return {
    id: 'a', kind, text: 'Look at the door', role: 'gsoc-operator', required: true, targetS: 60, action: null, callList: null, document: null, handsOverTo: null, group: null, next: kind === 'question' || kind === 'end' ? null : 'z', answers: [], dispositions: [],
    ...change,
  };
};

/** One step and an end, unless said otherwise. */
export const aProcedure = (change: Partial<Procedure> = {}): Procedure => ({
  key: 'look-at-door', title: 'Look at the door', purpose: '', doNot: [], types: [], owner: 'deputy-cso', reviewMonths: 12, drillMonths: 12, start: 'a', callLists: [],
  steps: [aStep(), aStep({ id: 'z', kind: 'end', text: 'Close', dispositions: ['genuine'] })],
  ...change,
});
