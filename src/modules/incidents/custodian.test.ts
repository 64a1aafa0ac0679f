import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import type { Member, Standing } from './contract.ts';
import type { z } from 'zod';
import incidents from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let lead: Somebody, keeper: Somebody, next: Somebody, outsider: Somebody;

const send = (who: Somebody, method: 'GET' | 'POST', url: string, payload?: object) => app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload && { payload }) });
const membersOf = async (who: Somebody, id: string): Promise<string[]> => (await send(who, 'GET', `/incidents/${id}/members`)).json<{ items: z.infer<typeof Member>[] }>().items.map(({ name, part }) => `${name}, ${part}`);
const behindWall = async (): Promise<string> => (await send(lead, 'POST', '/incidents', { title: 'Walled matter', severity: 3, custodianId: keeper.id })).json<Standing>().id;
const change = (who: Somebody, id: string, over: object = {}) => send(who, 'POST', `/incidents/${id}/custodian/end`, { personId: keeper.id, successorId: next.id, reason: 'On long leave', ...over });

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [incidents, twoPerson] });
  [lead, keeper, next, outsider] = [await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(fresh, 'Kees Keeper', { role: 'investigator' }), await aPerson(fresh, 'Nina Next', { role: 'investigator' }), await aPerson(fresh, 'Olaf Outsider', { role: 'cso' })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the last custodian of a wall', () => {
  test('is not simply removed; another who holds the same part of the right decides it, and the wall has the next in the same moment', async () => {
    const id = await behindWall();
    await send(lead, 'POST', `/incidents/${id}/members`, { personId: outsider.id, part: 'wall-lead', reason: 'Leads with me' });
    expect((await send(lead, 'POST', `/incidents/${id}/members/remove`, { personId: keeper.id, reason: 'Away' })).json().type).toBe('urn:problem:incidents.wall_unkept');
    const proposed = (await change(lead, id)).json<{ decisionId: string; state: string }>();
    expect(proposed.state).toBe('waiting');
    expect(await membersOf(lead, id)).toContain('Kees Keeper, wall-custodian');
    expect((await send(keeper, 'GET', `/two-person/${proposed.decisionId}`)).statusCode).toBe(404);
    expect((await send(outsider, 'POST', `/two-person/${proposed.decisionId}/approve`, {})).statusCode).toBe(200);
    expect(await membersOf(lead, id)).toEqual(['Lena Lead, wall-lead', 'Nina Next, wall-custodian', 'Olaf Outsider, wall-lead']);
    expect((await send(keeper, 'GET', `/incidents/${id}`)).statusCode).toBe(404);
  });

  test('is ended alone where nobody else could decide it, and the next is told that it was', async () => {
    const id = await behindWall();
    expect((await change(lead, id)).json()).toMatchObject({ state: 'alone' });
    expect(await membersOf(lead, id)).toEqual(['Lena Lead, wall-lead', 'Nina Next, wall-custodian']);
    expect((await send(next, 'GET', '/two-person/waiting')).json()).toMatchObject({ toReview: 1 });
    const { rows } = await fresh.owner.query(`select topic from platform.outbox where wall_id = (select wall_id from incidents.incident where id = $1) and topic ~ 'alone|next|custodian' order by topic`, [id]);
    expect(rows.map(({ topic }) => topic)).toEqual(['incidents.custodian-changed', 'two-person.taken-alone', 'two-person.told-next']);
  });

  test('is not followed by themselves, by the only lead, by a subject, nor by who is not active; and ends only while they are the last', async () => {
    const id = await behindWall();
    const subject = await aPerson(fresh, 'Sam Subject');
    await send(lead, 'POST', `/incidents/${id}/people`, { role: 'subject', personId: subject.id });
    for (const successorId of [keeper.id, lead.id, subject.id, uuidv7()]) expect([successorId, (await change(lead, id, { successorId })).statusCode]).toEqual([successorId, 422]);
    expect((await change(keeper, id)).json().type).toBe('urn:problem:incidents.own_custody');
    expect((await change(lead, id, { personId: outsider.id })).json().type).toBe('urn:problem:incidents.no_custodian');
    expect((await change(outsider, id)).statusCode).toBe(404);
    await send(lead, 'POST', `/incidents/${id}/members`, { personId: outsider.id, part: 'wall-custodian', reason: 'Keeps too' });
    expect((await change(lead, id)).json().type).toBe('urn:problem:incidents.not_last_custodian');
    expect((await send(lead, 'POST', `/incidents/${id}/members/remove`, { personId: keeper.id, reason: 'Away' })).statusCode).toBe(200);
  });
});
