const quote = (cell: string): string => (/[",;\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const IS_NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A cell as CSV; what a spreadsheet would take for a formula is made text by an apostrophe, which reading takes away again. */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return quote(/^[=+\-@\t\r]/.test(text) && !IS_NUMBER.test(text) ? `'${text}` : text);
}

/** A cell as it came in, without the apostrophe that it went out with. */
export const cellIn = (text: string): string => text.trim().replace(/^'(?=[=+\-@])/, '');
