import { expect, it } from 'vitest';
import type { Page } from '#platform/web/web-module.ts';
import { pages, roomsFor } from './modules.ts';
import { groupsOf, isGrouped } from './room-pages.tsx';

const page = (path: `/${string}`, rest: Partial<Page>): Page => ({ path, title: path, load: () => Promise.reject(new Error('not loaded')), ...rest });
const PAGES = [
  page('/people', { room: 'admin', permission: 'people:read', order: 20 }),
  page('/sites', { room: 'admin', permission: 'sites:read', order: 10 }),
  page('/watch', { room: 'watch', permission: 'alarms:read' }),
  page('/alarms/$id', { room: 'watch', permission: 'alarms:read' }),
  page('/people/new', { room: 'admin', unlisted: true }),
  page('/sign-in', {}),
];

it('shows only rooms with a page that I may open, in the order of the rail, its pages in theirs', () => {
  expect(roomsFor(['alarms:read', 'people:read', 'sites:read'], PAGES).map((room) => [room.key, room.pages.map((one) => one.path)])).toEqual([
    ['watch', ['/watch']],
    ['admin', ['/sites', '/people']],
  ]);
  expect(roomsFor(['people:read'], PAGES).map((room) => room.key)).toEqual(['admin']);
  expect(roomsFor([], PAGES)).toEqual([]);
});

it('gives every page of the Watch a named group, those of who is on watch first: the queue, the map, the shifts', () => {
  const all = pages.filter(({ room, unlisted, path }) => room === 'watch' && !unlisted && !path.includes('$'));
  const [watch] = roomsFor(all.flatMap(({ permission }) => permission ?? [])).filter(({ key }) => key === 'watch');
  expect(watch && isGrouped(watch)).toBe(true);
  const groups = groupsOf(watch ?? { key: 'watch', pages: [] });
  expect(groups.map(([group]) => group)).toEqual(['now', 'lead', 'rules', 'sources']);
  expect(groups[0]?.[1].slice(0, 3).map(({ path }) => path)).toEqual(['/watch', '/watch/map', '/watch/shifts']);
  expect(groups.flatMap(([, each]) => each).length).toBe(all.length);
  expect(all.filter(({ group }) => group === undefined)).toEqual([]);
});
