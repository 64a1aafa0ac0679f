import { type Actor, type Department, GRANTABLE, PARTS } from './department.ts';

/** Everybody who may be active in a department: by scope of a role, and by part of a wall. */
export const aCrowd = async (department: Department): Promise<{ scoped: Actor[]; behind: Actor[] }> => ({ scoped: await byScope(department), behind: await behindWalls(department) });

/** Every shipped role, over the organisation, over the record's site, over the one above it, below it, and over another. */
function byScope(department: Department): Promise<Actor[]> {
  const { region, here, below, elsewhere } = department.sites;
  const scopes: [string, string | null][] = [['the organisation', null], ['the site', here], ['the region above', region], ['a building below', below], ['another site', elsewhere]];
  return department.enrol(GRANTABLE.flatMap(({ key, kind }) => scopes.map(([scope, site]) => ({ name: `${key} of ${scope}`, kind: kind === 'service' ? 'service' as const : 'human' as const, grants: [{ role: key, site, isInForce: true }], parts: [] }))));
}

/** Every part of a wall: in date, ended, of another wall, and together with a role that reaches everywhere. */
function behindWalls(department: Department): Promise<Actor[]> {
  const { one, two } = department.walls;
  return department.enrol(PARTS.flatMap(({ key }) => [
    { name: `${key}`, grants: [], parts: [{ part: key, wall: one, isInForce: true }] },
    { name: `${key} whose membership ended`, grants: [], parts: [{ part: key, wall: one, isInForce: false }] },
    { name: `${key} of another wall`, grants: [], parts: [{ part: key, wall: two, isInForce: true }] },
    ...['system-administrator', 'cso', 'gsoc-operator', 'auditor'].map((role) => ({ name: `${key} and ${role}`, grants: [{ role, site: null, isInForce: true }], parts: [{ part: key, wall: one, isInForce: true }] })),
    { name: `cso, ${key} whose membership ended`, grants: [{ role: 'cso', site: null, isInForce: true }], parts: [{ part: key, wall: one, isInForce: false }] },
  ]));
}

/** Does the work for all, a dozen at once. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(Array.from({ length: 12 }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  }));
}
