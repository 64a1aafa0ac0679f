import { describe, expect, test } from 'vitest';
import { givenRows } from '#platform/imports/testing.ts';
import { markTwice, siteLineOf, type SiteLine } from './import.ts';
import { type Existing, type Known, planSites } from './import-plan.ts';

const linesOf = async (csv: string): Promise<SiteLine[]> => {
  const lines = (await givenRows(csv)).map(siteLineOf);
  markTwice(lines);
  return lines;
};
const nothing: Known = { sites: new Map(), taken: new Set(), mayAddAtTop: true };

test('names each fault with its field and line, and reads on', async () => {
  const lines = await linesOf('code,name,kind,time_zone,country,latitude,longitude\nutr,,castle,Mars/Olympus,nl,91,\nCRK,Cork,site,Europe/Dublin,IE,51.896,-8.493\nCRK,Again,,,,,');
  expect(lines[0]?.faults.map((fault) => fault.field)).toEqual(['code', 'name', 'longitude', 'latitude', 'kind', 'time_zone', 'country']);
  expect(lines[1]).toMatchObject({ code: 'CRK', latitude: 51.896, longitude: -8.493, faults: [] });
  expect(lines[2]?.faults).toEqual([{ field: 'code', detail: 'This code stands in line 3 already' }]);
});

describe('planning an import', () => {
  const plan = async (csv: string, known: Partial<Known> = {}) => planSites(await linesOf(csv), { ...nothing, ...known });
  const existing = (code: string, more: Partial<Existing> = {}): [string, Existing] => [code, { id: code, parentId: null, parentCode: null, name: code, kind: 'site', timeZone: 'UTC', country: null, city: '', address: '', latitude: null, longitude: null, state: 'active', isMine: true, ...more }];

  test('takes zone and country from above, in whatever order the lines stand', async () => {
    const planned = await plan('code,name,parent,time_zone,country\nA1,Room,A,,\nA,Hall,TOP,,\nTOP,Works,,Europe/Berlin,DE');
    expect(planned.map((one) => [one.does, one.depth, one.values?.timeZone, one.values?.country])).toEqual([['add', 2, 'Europe/Berlin', 'DE'], ['add', 1, 'Europe/Berlin', 'DE'], ['add', 0, 'Europe/Berlin', 'DE']]);
  });

  test('refuses rings, within the file and through what is there, and what stands below a ring', async () => {
    const planned = await plan('code,name,parent,time_zone\nA,A,B,UTC\nB,B,A,UTC\nC,C,A,UTC', {});
    expect(planned.map((one) => one.does)).toEqual(['refused', 'refused', 'refused']);
    const through = await plan('code,name,parent\nTOP,Top,LOW', { sites: new Map([existing('TOP'), existing('LOW', { parentCode: 'TOP', parentId: 'TOP' })]) });
    expect(through[0]?.faults[0]?.detail).toBe('A site cannot stand below itself');
  });

  test('tells what changes from what stays, and leaves alone what an empty cell does not say', async () => {
    const sites = new Map([existing('A', { city: 'Cork' }), existing('B', { city: 'Cork' })]);
    expect((await plan('code,name,city\nA,A,\nB,B,Utrecht', { sites })).map((one) => [one.does, one.values?.city])).toEqual([['nothing', 'Cork'], ['change', 'Utrecht']]);
  });

  test('refuses codes of others, sites that are not mine, closed places and a top that is not mine', async () => {
    const sites = new Map([existing('SEEN', { isMine: false }), existing('SHUT', { state: 'closed' })]);
    const planned = await plan('code,name,parent,time_zone\nHID,H,SHUT,UTC\nSEEN,S,,UTC\nNEW,N,SHUT,UTC\nSUB,S,SEEN,UTC\nTOP,T,,UTC\nLOST,L,GONE,UTC', { sites, taken: new Set(['HID', 'SEEN']), mayAddAtTop: false });
    expect(planned.map((one) => one.faults[0]?.field)).toEqual(['code', 'code', 'parent', 'parent', 'parent', 'parent']);
  });

  test('a chain as long as a file may be neither overflows nor passes', async () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `S${i},N,${i === 0 ? '' : `S${i - 1}`},UTC`).join('\n');
    const planned = await plan(`code,name,parent,time_zone\n${chain}`);
    expect(planned.filter((one) => one.does === 'add')).toHaveLength(16);
  });
});
