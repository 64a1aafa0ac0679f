import { z } from 'zod';
import shipped from '../content/ics-forms.json' with { type: 'json' };
import type { FormKey, SheetField } from '../form-contract.ts';

const Shipped = z.object({ forms: z.array(z.object({ form: z.string(), title: z.string(), preparedBy: z.string(), when: z.string(), fields: z.array(z.object({ key: z.string(), type: z.string() })) })) });

export type FormField = Pick<SheetField, 'key' | 'label' | 'shape' | 'columns'>;
export type Form = { form: FormKey; title: string; preparedBy: string; when: string; for: 'incident' | 'unit' | 'position' | 'resource'; isApproved: boolean; fields: readonly FormField[] };

/** Words whose letters the keys do not keep. */
const WORDS: Readonly<Record<string, string>> = {
  eta: 'ETA', nameOrId: 'Name or id', mapSketch: 'Map or sketch', rxFrequency: 'RX frequency', rxTone: 'RX tone', txFrequency: 'TX frequency', txTone: 'TX tone', projected12to72h: 'Projected for 12 to 72 h', healthSafety: 'Health and safety', initiatedAt: 'Initiated', orderedAt: 'Ordered',
  startedAt: 'Started', preparedAt: 'Prepared', sentAt: 'Sent', repliedAt: 'Replied', departedAt: 'Departed', chart: 'Organisation', at: 'When', siteSafetyPlanRequired: 'Site safety plan required', safetyPlanPlace: 'Where the site safety plan is', plannedRelease: 'Release planned', checkIns: 'Checked in', sentToResources: 'Sent to resources unit',
};
const labelOf = (key: string): string => {
  const words = key.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return WORDS[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
};

const COLUMNS: Readonly<Record<string, readonly string[]>> = { chart: ['position', 'name', 'answersTo'], 'table by 12, 24, 48, 72 h': ['need', 'when'], computed: ['kind', 'required', 'have', 'need'] };
const isLines = (type: string): boolean => type === 'list' || type.startsWith('checklist');

/** The columns that a field's type names: `table(kind, required, need = …)` has three. */
function columnsIn(type: string): readonly string[] {
  if (COLUMNS[type]) return COLUMNS[type];
  const inner = /^table\((.*)\)$/.exec(type)?.[1];
  // A column may say how it is computed, with commas of its own.
  return inner === undefined ? [] : inner.replaceAll(/\s*=\s*\w+\([^)]*\)/g, '').split(',').map((column) => column.trim());
}

const FOR: Readonly<Record<string, Form['for']>> = { 204: 'unit', 214: 'position', 215: 'unit', 221: 'resource' };

/** Every form that ships, with each of its fields. */
export const FORMS: readonly Form[] = Shipped.parse(shipped).forms.map(({ form, title, preparedBy, when, fields }) => {
  const key = form.replace(/^ICS /, '') as FormKey;
  return {
    form: key, title, preparedBy, when, for: FOR[key] ?? 'incident', isApproved: fields.some((field) => field.key === 'approvedBy'),
    fields: fields.map(({ key: name, type }) => {
      const columns = columnsIn(type);
      return { key: name, label: labelOf(name), shape: columns.length > 0 ? 'table' : isLines(type) ? 'lines' : 'text', columns: columns.map(labelOf) };
    }),
  };
});

export const formOf = (key: string): Form => {
  const form = FORMS.find((one) => one.form === key);
  if (!form) throw new Error(`No form ${key} ships.`);
  return form;
};

/** The forms of an action plan, in its order. */
export const PLAN: readonly FormKey[] = ['202', '203', '204', '205', '205A', '206', '207', '208', '215', '215A'];
