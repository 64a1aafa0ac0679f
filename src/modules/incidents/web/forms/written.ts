import type { FieldValue, SheetField } from '../../form-contract.ts';

/** A value as it is typed: rows a line, columns with a bar between. */
export const typedOf = ({ value }: Pick<SheetField, 'value'>): string => (value === null ? '' : typeof value === 'string' ? value : value.map((row) => (Array.isArray(row) ? row.join(' | ') : row)).join('\n'));

/** What was typed as the field takes it; null where a row has another number of columns than the field. */
export function readTyped({ shape, columns }: Pick<SheetField, 'shape' | 'columns'>, typed: string): FieldValue | null {
  if (shape === 'text') return typed.trim();
  const lines = typed.split('\n').map((line) => line.trim()).filter(Boolean);
  if (shape === 'lines') return lines;
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.every((row) => row.length === columns.length) ? rows : null;
}
