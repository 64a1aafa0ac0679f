import type { Column, Table } from './catalog.ts';
import type { Extra } from './port.ts';

type Schema = Record<string, unknown>;

const UUID = { type: 'string', format: 'uuid' };
const TYPES: Readonly<Record<string, Schema>> = {
  uuid: UUID, boolean: { type: 'boolean' }, smallint: { type: 'integer' }, integer: { type: 'integer' }, bigint: { type: 'integer' }, real: { type: 'number' }, 'double precision': { type: 'number' }, numeric: { type: 'number' },
  'timestamp with time zone': { type: 'string', format: 'date-time' }, date: { type: 'string', format: 'date' }, bytea: { type: 'string', pattern: '^\\\\x([0-9a-f]{2})*$', description: 'Bytes in hexadecimal' },
  json: {}, jsonb: {}, 'uuid[]': { type: 'array', items: UUID }, 'text[]': { type: 'array', items: { type: 'string' } }, 'integer[]': { type: 'array', items: { type: 'integer' } }, 'smallint[]': { type: 'array', items: { type: 'integer' } },
};

function schemaOf({ type, isNullable, choices }: Column): Schema {
  const told = TYPES[type] ?? (type.endsWith('[]') ? { type: 'array' } : { type: 'string' });
  if (Object.keys(told).length === 0) return {};
  const named = choices ? { ...told, enum: isNullable ? [...choices, null] : choices } : told;
  return isNullable ? { ...named, type: [named['type'], 'null'] } : named;
}

/** What each line of a table's file is, as JSON Schema 2020-12. */
export function tableSchema({ schema, name, columns }: Table, left: ReadonlySet<string>, extras: readonly Extra[]): Schema {
  const kept = columns.filter((column) => !left.has(column.name));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema', title: `${schema}.${name}`, type: 'object',
    properties: { ...Object.fromEntries(kept.map((column) => [column.name, schemaOf(column)])), ...Object.fromEntries(extras.map((extra) => [extra.name, extra.schema])) },
    required: [...kept.map((column) => column.name), ...extras.map((extra) => extra.name)], additionalProperties: false,
  };
}
