import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readerOf } from './cells.ts';
import { csvCell } from './csv.ts';
import { readHead, rowsOf, type SheetRow } from './sheet.ts';

/** The bytes in pieces that end anywhere, as they come from the database. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function read(bytes: Buffer | string, size = 7): Promise<SheetRow[]> {
  const whole = Buffer.from(bytes);
  const rows: SheetRow[] = [];
  for await (const row of rowsOf(inPieces(whole, size), await readHead(inPieces(whole, size)))) rows.push(row);
  return rows;
}

describe('reading a file', () => {
  test.each([',', ';', '\t'])('takes the separator %j as the heading has it, a byte order mark, any line end and quoted line feeds', async (separator) => {
    const rows = await read(`\uFEFFCode${separator}Name\r\nUTR${separator}"Halden ${separator}\r\nHouse"\r\n\r\nCRK${separator}Cork\n`);
    expect(rows).toEqual([{ n: 1, line: 2, fault: null, cells: { Code: 'UTR', Name: `Halden ${separator}\nHouse` } }, { n: 2, line: 5, fault: null, cells: { Code: 'CRK', Name: 'Cork' } }]);
  });

  test.each(['utf-16le', 'utf-16be'])('takes %s by its byte order mark', async (encoding) => {
    const bytes = Buffer.from('\uFEFFcode,name\nÅ,Ünal\n', 'utf16le');
    expect((await read(encoding === 'utf-16le' ? bytes : bytes.swap16()))[0]?.cells).toEqual({ code: 'Å', name: 'Ünal' });
  });

  test('takes JSON lines, with what has parts as JSON', async () => {
    expect(await read('{"id":7,"name":" Ana ","log":[{"a":1}],"none":null}\n\nnot json\n{"id":8}')).toMatchObject([
      { n: 1, line: 1, cells: { id: '7', name: 'Ana', log: '[{"a":1}]', none: '' } }, { n: 2, line: 3, fault: 'This line is no JSON object.' }, { n: 3, line: 4, cells: { id: '8' } },
    ]);
  });

  test.each([
    ['nothing', '', /empty/], ['a heading without a name', 'code,,x\n1,2,3', /no name/], ['a column twice', 'code,code\n1,2', /twice/], ['quotes that never end', 'code,name\nA,"never', /quotation marks/],
    ['Windows letters', Buffer.from([...Buffer.from('name\n'), 0xfc, 0x6e, 0x0a]), /UTF-8/],
  ])('refuses %s in words', async (_what, bytes, words) => {
    await expect(read(bytes)).rejects.toMatchObject({ kind: 'refused', message: expect.stringMatching(words) as unknown });
  });

  test('says which rows have more or fewer cells than the heading, and reads on', async () => {
    expect((await read('a,b\n1\n1,2,3\n1,2')).map(({ fault }) => fault)).toEqual(['This line has 1 cells, the heading 2.', 'This line has 3 cells, the heading 2.', null]);
  });

  test('whatever the text, it is read or refused in words', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 50 }), async (text, size) => {
      await read(Buffer.from(`code,name\n${text}`), size).catch((error: { kind?: string }) => expect(error.kind).toBe('refused'));
    }), { numRuns: 60 });
  });
});

describe('cells', () => {
  test.each([['=1+1', "'=1+1"], ['+cmd', "'+cmd"], ['-cmd', "'-cmd"], ['@SUM(A1)', "'@SUM(A1)"], ['-8.493', '-8.493'], ['a,b', '"a,b"'], ['say "so"', '"say ""so"""'], [null, '']])('write %j so that a spreadsheet takes it for text', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test('what is written is read again', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ maxLength: 60 }).map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith("'")), async (name) => {
      expect((await read(`code,name\r\nA,${csvCell(name)}\r\n`))[0]?.cells['name']).toBe(name);
    }), { numRuns: 60 });
  });

  test.each([['2026-11-21T05:12:00+01:00', '2026-11-21T04:12:00.000Z'], ['2026-11-21 05:12+0100', '2026-11-21T04:12:00.000Z'], ['2026-11-21 05:12', undefined], ['yesterday', undefined]])('a time %j is %j: without its zone it says nothing', (cell, time) => {
    const reader = readerOf({ n: 1, line: 2, cells: { at: cell }, externalId: null, recordId: null });
    expect([reader.time('at'), reader.faults.length]).toEqual([time, time === undefined ? 1 : 0]);
  });
});
