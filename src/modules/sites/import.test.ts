import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvCell, readSiteFile, type SiteLine } from './import.ts';
import { type Existing, type Known, planSites } from './plan.ts';

const linesOf = (csv: string): SiteLine[] => {
  const file = readSiteFile(csv);
  if (!file.ok) throw new Error(file.reason);
  return file.lines;
};
const reasonOf = (csv: string): string => {
  const file = readSiteFile(csv);
  return file.ok ? '' : file.reason;
};
const nothing: Known = { sites: new Map(), taken: new Set(), mayAddAtTop: true };

describe('reading a file of sites', () => {
  test.each([',', ';', '\t'])('takes the separator %j as the heading has it, a byte order mark, and any line end', (separator) => {
    const csv = `\uFEFFCode${separator}Name${separator}Time zone\r\nUTR${separator}"Halden ${separator} House"${separator}Europe/Amsterdam\n`;
    expect(linesOf(csv)).toMatchObject([{ line: 2, code: 'UTR', name: `Halden ${separator} House`, timeZone: 'Europe/Amsterdam', faults: [] }]);
  });

  test('names each fault with its field and line, and reads on', () => {
    const lines = linesOf('code,name,kind,time_zone,country,latitude,longitude\nutr,,castle,Mars/Olympus,nl,91,\nCRK,Cork,site,Europe/Dublin,IE,51.896,-8.493\nCRK,Again,,,,,');
    expect(lines[0]?.faults.map((fault) => fault.field)).toEqual(['code', 'name', 'longitude', 'latitude', 'kind', 'time_zone', 'country']);
    expect(lines[1]).toMatchObject({ code: 'CRK', latitude: 51.896, longitude: -8.493, faults: [] });
    expect(lines[2]?.faults).toEqual([{ field: 'code', detail: 'This code stands in line 3 already' }]);
  });

  test('says what is wrong with a file as a whole', () => {
    expect(reasonOf('code,name,colour\nA,B,red')).toMatch(/not known: colour/);
    expect(reasonOf('name\nA')).toMatch(/code and name/);
    expect(reasonOf('code,name')).toMatch(/no line below/);
    expect(reasonOf('code,name,name\nA,B,C')).toMatch(/twice/);
    expect(reasonOf('code,name\nA,"never ends')).toMatch(/quotation marks/);
    expect(reasonOf(`code,name\n${'A,B\n'.repeat(5001)}`)).toMatch(/more than 5000/);
  });

  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      readSiteFile(text);
      readSiteFile(`code,name,parent\n${text}`);
    }));
  });
});

describe('cells', () => {
  test.each([['=1+1', "'=1+1"], ['+cmd', "'+cmd"], ['-cmd', "'-cmd"], ['@SUM(A1)', "'@SUM(A1)"], ['-8.493', '-8.493'], ['a,b', '"a,b"'], ['say "so"', '"say ""so"""'], [null, '']])('write %j so that a spreadsheet takes it for text', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test('what is written is read again', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }).map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith("'")), (name) => {
      expect(linesOf(`code,name\r\nA,${csvCell(name)}\r\n`)[0]?.name).toBe(name);
    }));
  });
});

describe('planning an import', () => {
  const plan = (csv: string, known: Partial<Known> = {}) => planSites(linesOf(csv), { ...nothing, ...known });
  const existing = (code: string, more: Partial<Existing> = {}): [string, Existing] => [code, { id: code, parentId: null, parentCode: null, name: code, kind: 'site', timeZone: 'UTC', country: null, city: '', address: '', latitude: null, longitude: null, state: 'active', isMine: true, ...more }];

  test('takes zone and country from above, in whatever order the lines stand', () => {
    const planned = plan('code,name,parent,time_zone,country\nA1,Room,A,,\nA,Hall,TOP,,\nTOP,Works,,Europe/Berlin,DE');
    expect(planned.map((one) => [one.does, one.depth, one.values?.timeZone, one.values?.country])).toEqual([['add', 2, 'Europe/Berlin', 'DE'], ['add', 1, 'Europe/Berlin', 'DE'], ['add', 0, 'Europe/Berlin', 'DE']]);
  });

  test('refuses rings, within the file and through what is there, and what stands below a ring', () => {
    const planned = plan('code,name,parent,time_zone\nA,A,B,UTC\nB,B,A,UTC\nC,C,A,UTC', {});
    expect(planned.map((one) => one.does)).toEqual(['refused', 'refused', 'refused']);
    const through = plan('code,name,parent\nTOP,Top,LOW', { sites: new Map([existing('TOP'), existing('LOW', { parentCode: 'TOP', parentId: 'TOP' })]) });
    expect(through[0]?.faults[0]?.detail).toBe('A site cannot stand below itself');
  });

  test('tells what changes from what stays, and leaves alone what an empty cell does not say', () => {
    const sites = new Map([existing('A', { city: 'Cork' }), existing('B', { city: 'Cork' })]);
    expect(plan('code,name,city\nA,A,\nB,B,Utrecht', { sites }).map((one) => [one.does, one.values?.city])).toEqual([['nothing', 'Cork'], ['change', 'Utrecht']]);
  });

  test('refuses codes of others, sites that are not mine, closed places and a top that is not mine', () => {
    const sites = new Map([existing('SEEN', { isMine: false }), existing('SHUT', { state: 'closed' })]);
    const planned = plan('code,name,parent,time_zone\nHID,H,SHUT,UTC\nSEEN,S,,UTC\nNEW,N,SHUT,UTC\nSUB,S,SEEN,UTC\nTOP,T,,UTC\nLOST,L,GONE,UTC', { sites, taken: new Set(['HID', 'SEEN']), mayAddAtTop: false });
    expect(planned.map((one) => one.faults[0]?.field)).toEqual(['code', 'code', 'parent', 'parent', 'parent', 'parent']);
  });

  test('a chain as long as a file may be neither overflows nor passes', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `S${i},N,${i === 0 ? '' : `S${i - 1}`},UTC`).join('\n');
    const planned = plan(`code,name,parent,time_zone\n${chain}`);
    expect(planned.filter((one) => one.does === 'add')).toHaveLength(16);
  });
});
