import { parse } from 'csv-parse/sync';
import { cellIn, csvCell } from '#platform/imports/csv.ts';
import type { Procedure, Step } from './procedure.ts';

/** The columns of a procedure as CSV: one row for each thing that it consists of, named in `row`. */
export const COLUMNS = ['row', 'id', 'text', 'kind', 'role', 'required', 'target_s', 'action', 'call_list', 'document', 'document_url', 'hands_over_to', 'group', 'next', 'review_months', 'drill_months'] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

const stepRows = (step: Step): Row[] => [
  {
    row: 'step', id: step.id, text: step.text, kind: step.kind, role: step.role, required: step.required ? 'yes' : 'no', target_s: step.targetS, action: step.action, call_list: step.callList,
    document: step.document?.title ?? null, document_url: step.document?.url ?? null, hands_over_to: step.handsOverTo, group: step.group, next: step.next,
  },
  ...step.answers.map(({ answer, next }): Row => ({ row: 'answer', id: step.id, text: answer, next })),
  ...step.dispositions.map((key): Row => ({ row: 'disposition', id: step.id, text: key })),
];

/** A procedure as CSV; `procedureOfCsv` reads it back as it was. */
export function csvOf(procedure: Procedure): string {
  const rows: Row[] = [
    { row: 'procedure', id: procedure.key, text: procedure.title, role: procedure.owner, next: procedure.start, review_months: procedure.reviewMonths, drill_months: procedure.drillMonths },
    ...(procedure.purpose === '' ? [] : [{ row: 'purpose', text: procedure.purpose }]),
    ...procedure.doNot.map((text): Row => ({ row: 'never', text })),
    ...procedure.types.map((type): Row => ({ row: 'type', id: type })),
    ...procedure.callLists.flatMap(({ key, title, contacts }): Row[] => [{ row: 'call-list', id: key, text: title }, ...contacts.map((text) => ({ row: 'contact', id: key, text }))]),
    ...procedure.steps.flatMap(stepRows),
  ];
  return `${[COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => csvCell(row[column] ?? null)).join(','))].join('\r\n')}\r\n`;
}

type Cells = Record<(typeof COLUMNS)[number], string> & { line: number };
/** Read, or why not; the shape is checked by whoever takes it. */
export type CsvRead = { ok: true; procedure: unknown } | { ok: false; reason: string };

const orNull = (cell: string): string | null => (cell === '' ? null : cell);
const numberIn = (cell: string): unknown => (/^\d{1,9}$/.test(cell) ? Number(cell) : cell === '' ? undefined : cell);

const stepIn = (row: Cells, of: (kind: string) => readonly Cells[]): Record<string, unknown> => ({
  id: row.id, kind: row.kind, text: row.text, role: row.role, required: row.required === '' || /^(?:yes|true|r)$/i.test(row.required), targetS: numberIn(row.target_s), action: orNull(row.action), callList: orNull(row.call_list),
  document: row.document === '' && row.document_url === '' ? null : { title: row.document, url: row.document_url }, handsOverTo: orNull(row.hands_over_to), group: orNull(row.group), next: orNull(row.next),
  answers: of('answer').filter(({ id }) => id === row.id).map(({ text, next }) => ({ answer: text, next })), dispositions: of('disposition').filter(({ id }) => id === row.id).map(({ text }) => text),
});

const KNOWN_ROWS = new Set(['procedure', 'purpose', 'never', 'type', 'call-list', 'contact', 'step', 'answer', 'disposition']);

/** Reads what `csvOf` writes. */
export function procedureOfCsv(text: string): CsvRead {
  let rows: Cells[];
  try {
    const found = parse(text, { bom: true, columns: true, relax_column_count_less: true, skip_empty_lines: true, info: true }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    rows = found.map(({ record, info }) => ({ ...(Object.fromEntries(COLUMNS.map((column) => [column, cellIn(record[column] ?? '')])) as Record<(typeof COLUMNS)[number], string>), line: info.lines }));
  } catch {
    return { ok: false, reason: 'This is not CSV that can be read. Its heading is the one that an export has.' };
  }
  const of = (kind: string): readonly Cells[] => rows.filter(({ row }) => row === kind);
  const strange = rows.find(({ row }) => !KNOWN_ROWS.has(row));
  if (strange) return { ok: false, reason: `Line ${strange.line}: a row of the sort “${strange.row.slice(0, 40)}” is not known.` };
  const [head, ...more] = of('procedure');
  if (!head || more.length > 0) return { ok: false, reason: 'A file has one row of the sort “procedure”.' };
  const orphan = [...of('answer'), ...of('disposition')].find(({ id }) => !of('step').some((step) => step.id === id)) ?? of('contact').find(({ id }) => !of('call-list').some((list) => list.id === id));
  if (orphan) return { ok: false, reason: `Line ${orphan.line}: it belongs to “${orphan.id.slice(0, 40)}”, which is not there.` };
  return {
    ok: true,
    procedure: {
      key: head.id, title: head.text, owner: head.role, start: head.next, reviewMonths: numberIn(head.review_months), drillMonths: numberIn(head.drill_months), purpose: of('purpose').map((row) => row.text).join(' '),
      doNot: of('never').map((row) => row.text), types: of('type').map(({ id }) => id),
      callLists: of('call-list').map(({ id, text: title }) => ({ key: id, title, contacts: of('contact').filter((row) => row.id === id).map((row) => row.text) })), steps: of('step').map((row) => stepIn(row, of)),
    },
  };
}
