import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, type Department, GRANTABLE } from './department.ts';
import type { Asker } from './walking.ts';

/** Who may not see what stands behind a wall. `wide` hold the most without a wall; `narrow` are all others. */
export type Outsiders = { wide: Actor[]; narrow: Asker[] };

const over = (role: string, site: string | null, isInForce = true) => [{ role, site, isInForce }];

const part = (of: string, key: string, isInForce = true) => [{ part: key, wall: of, isInForce }];

/** Every shipped role over the organisation or, by turns, over the site that matters (`isWhole`: over both), and who holds all of them. */
export async function theOutsiders({ fresh: { owner }, sites, enrol }: Department, permissions: readonly string[], isWhole: boolean): Promise<Outsiders> {
  const another = uuidv7();
  await owner.query(`insert into access.wall (id, opened_by) select $1, id from access.person limit 1`, [another]);
  await owner.query(`insert into access.role (key, title, kind) values ('everything', 'Everything', 'human')`);
  await owner.query(`insert into access.role_permission (permission, role_id) select distinct p, r.id from unnest($1::text[]) p, access.role r where r.key = 'everything'`, [permissions]);
  const wide = await enrol([{ name: 'everything', grants: over('everything', null), parts: [] }, { name: 'everything and another wall', grants: over('everything', null), parts: part(another, 'wall-lead') }]);
  const scoped = await enrol(GRANTABLE.flatMap(({ key, kind }, i) => (isWhole ? [null, sites.here] : [i % 2 === 0 ? null : sites.here]).map((site) => ({ name: `${key} of ${site === null ? 'the organisation' : 'the site'}`, kind: kind === 'service' ? 'service' as const : 'human' as const, grants: over(key, site), parts: [] }))));
  const others = await enrol([{ name: 'nobody with anything', grants: [], parts: [] }, { name: 'a key', kind: 'service', grants: over('everything', null), parts: [] }]);
  await owner.query(`update access.session set kind = 'key', label = 'A key' where person_id = $1`, [others[1]?.id]);
  return { wide, narrow: [...scoped, ...others, { name: 'anybody', headers: {} }] };
}

/** Who stands behind this wall no more, or not as they look at it now. */
export async function thoseOnceInside(app: FastifyInstance, { fresh: { owner }, enrol }: Department, wall: string): Promise<Asker[]> {
  const [suspended, looking, ...others] = (await enrol([
    { name: 'member whose membership is suspended', grants: over('everything', null), parts: part(wall, 'wall-lead', false) }, { name: 'member who sees as a chief', grants: over('cso', null), parts: part(wall, 'wall-lead') },
    { name: 'once a member', grants: over('everything', null), parts: part(wall, 'wall-lead', false) }, ...(['suspended', 'invited', 'leaver'] as const).map((state) => ({ name: `member, ${state}`, state, grants: over('everything', null), parts: part(wall, 'wall-lead') })),
  ])) as [Actor, Actor, ...Actor[]];
  await owner.query(`insert into identity.suspension (wall_id, person_id, part_id, at) select $1, $2, id, now() from access.role where key = 'wall-lead'`, [wall, suspended.id]);
  const begun = await app.inject({ method: 'POST', url: '/api/identity/see-as', headers: looking.headers, payload: { roleKey: 'cso' } });
  if (begun.statusCode !== 201) throw new Error(begun.body);
  return [suspended, looking, ...others];
}
