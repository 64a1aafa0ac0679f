const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, text: 25, json: 114, float4: 700, float8: 701, int2Array: 1005, int4Array: 1007, textArray: 1009, int8Array: 1016, varcharArray: 1015, timestamptz: 1184, timestamptzArray: 1185, uuidArray: 2951, jsonb: 3802 } as const;

const same = (text: string): unknown => text;

/** `2026-11-21 09:08:43.12+00` as `2026-11-21T09:08:43.12Z`; the connection's time zone is UTC. */
const instant = (text: string): string => (text.endsWith('+00') ? `${text.slice(0, 10)}T${text.slice(11, -3)}Z` : text);

const integer = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a safe integer: ${text}`);
  return value;
};

/** PostgreSQL's one-dimensional array literal as a list. */
const list =
  (item: (text: string) => unknown) =>
  (text: string): unknown[] => {
    const out: unknown[] = [];
    const pattern = /"((?:[^"\\]|\\.)*)"|([^,{}]+)/g;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      if (match[1] !== undefined) out.push(item(match[1].replace(/\\(.)/g, '$1')));
      else out.push(match[2] === 'NULL' ? null : item(match[2] as string));
    }
    return out;
  };

const READERS: Record<number, (text: string) => unknown> = {
  [OID.bool]: (text) => text === 't',
  [OID.bytea]: (text) => Buffer.from(text.slice(2), 'hex'),
  [OID.int8]: integer,
  [OID.int2]: Number,
  [OID.int4]: Number,
  [OID.float4]: Number,
  [OID.float8]: Number,
  [OID.json]: (text) => JSON.parse(text) as unknown,
  [OID.jsonb]: (text) => JSON.parse(text) as unknown,
  [OID.timestamptz]: instant,
  [OID.int2Array]: list(Number),
  [OID.int4Array]: list(Number),
  [OID.int8Array]: list(integer),
  [OID.textArray]: list(same),
  [OID.varcharArray]: list(same),
  [OID.uuidArray]: list(same),
  [OID.timestamptzArray]: list(instant),
};

/** How a column of this type is read from PostgreSQL's text form. */
export const readerOf = (oid: number): ((text: string) => unknown) => READERS[oid] ?? same;
