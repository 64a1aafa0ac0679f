import { compileExpression, type Expression, type Wanted } from './expression.ts';
import { LIMITS, type Mapping, type MappingFault, type Places, type Row } from './mapping.ts';

/** A mapping that was read and checked once, to be run over many messages. */
export type Compiled = {
  each: Expression | null;
  places: Readonly<Record<keyof Places, Expression | null>>;
  rows: readonly { row: Row; when: Expression }[];
};

const PLACES = ['externalId', 'occurredAt', 'device', 'zone', 'severity', 'message'] as const satisfies readonly (keyof Places)[];

/**
 * Reads a mapping, or says everything that is wrong with it.
 * @param types the keys that lines may name.
 */
export function compileMapping(mapping: Mapping, types: { has(key: string): boolean }): { ok: true; compiled: Compiled } | { ok: false; faults: MappingFault[] } {
  const faults: MappingFault[] = [];
  const read = (at: string, text: string, wanted: Wanted): Expression | null => {
    if (text.trim() === '') return null;
    const result = compileExpression(text, wanted);
    if (result.ok) return result.expression;
    faults.push({ at, reason: result.reason });
    return null;
  };
  if (mapping.rows.length > LIMITS.rows) return { ok: false, faults: [{ at: 'rows', reason: `A mapping has at most ${LIMITS.rows} lines.` }] };
  const each = read('each', mapping.each, 'list');
  const places = Object.fromEntries(PLACES.map((name) => [name, read(`places.${name}`, mapping.places[name], 'text')])) as Record<keyof Places, Expression | null>;
  const rows = mapping.rows.flatMap((row, i) => {
    if (!types.has(row.type)) faults.push({ at: `rows[${i}].type`, reason: `There is no type ${row.type.slice(0, 80)}.` });
    if (row.when.trim() === '') faults.push({ at: `rows[${i}].when`, reason: 'Say when this line fits. true fits always.' });
    const when = read(`rows[${i}].when`, row.when, 'condition');
    return when ? [{ row, when }] : [];
  });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, compiled: { each, places, rows } };
}
