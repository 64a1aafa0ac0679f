import { createHash, createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { cases, checkType, READ } from './case-row.ts';
import type * as contract from './report-contract.ts';
import type { OwnReport } from './report-contract.ts';
import { DoorThrottle } from './report-throttle.ts';

const REPORT = 'cases:report';
const CODE_BYTES = 20;
const throttle = new DoorThrottle();
/** Of an address only a keyed hash is held, for minutes, in memory; the key dies with the process. */
const key = randomBytes(32);
const senderOf = ({ request }: Exchange): string => createHmac('sha256', key).update(request.ip).digest('base64url');

const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();
/** Nobody is signed in: the front door acts. */
const door = (ctx: Ctx): Promise<Ctx> => actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);
const told = (verb: string, after: object & { id: string }, of: { recordId: string; wallId: string }): Change<{ id: string }> => ({ verb, before: null, after, of: { ...of, siteId: null, readPermission: READ }, erasable: ['text', 'place', 'about', 'name', 'contact'] });

/** Takes a report. The code is answered once and kept nowhere: who loses it has lost the way back. */
export async function makeReport(ctx: Ctx, input: Input<typeof contract.makeReport>, exchange: Exchange): Promise<Reply<typeof contract.makeReport>> {
  throttle.takeReport(senderOf(exchange), ctx.now());
  if (input.type !== null) checkType(input.type);
  const code = randomBytes(CODE_BYTES).toString('base64url');
  const [id, wallId, now] = [uuidv7(), uuidv7(), ctx.now()];
  const at = await door(ctx);
  const number = await again(() => cases.writeMany(at, REPORT, async (tx) => {
    const { rows } = await sql<{ number: string }>`select platform.next_number('REP', ${now.getUTCFullYear()}::int) as number`.execute(tx);
    const made = rows[0]?.number ?? '';
    await sql`select cases.receive(${id}::uuid, ${wallId}::uuid, ${made}, ${hashOf(code)}::bytea, ${JSON.stringify(input)}::jsonb, ${now.toISOString()}::timestamptz)`.execute(tx);
    return { changes: [told('reported', { ...input, id, number: made } as object & { id: string }, { recordId: id, wallId })], result: made };
  }));
  return { code, number };
}

const MOST_TRIES = 4;

/** Somebody who triages is let in or goes out elsewhere at this moment: a report is not refused for that. */
async function again<T>(work: () => Promise<T>, tried = 1): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tried >= MOST_TRIES || !(error instanceof Problem) || error.kind !== 'conflict') throw error;
    return again(work, tried + 1);
  }
}

type Found = { id: string; wallId: string; number: string; state: OwnReport['state']; receivedAt: string; messages: OwnReport['messages'] };

async function find(at: Ctx, code: string): Promise<Found> {
  const { rows } = await sql<Found>`select * from cases.report_of(${hashOf(code)}::bytea)`.execute(cases.read(at, REPORT) as unknown as Parameters<Parameters<typeof cases.writeMany>[2]>[0]);
  if (!rows[0]) throw new Problem('not_found', 'cases.no_such_code', 'No report has this code. Look at each letter; who loses a code has lost the way back.');
  return rows[0];
}

const ownOf = ({ number, state, receivedAt, messages }: Found): OwnReport => ({ number, state, receivedAt, messages: messages.map((message) => ({ ...message, at: new Date(message.at).toISOString() })) });

/** How far a report is, and what was answered. */
export async function openReport(ctx: Ctx, { code }: Input<typeof contract.openReport>, exchange: Exchange): Promise<OwnReport> {
  throttle.takeCode(senderOf(exchange), ctx.now());
  return ownOf(await find(await door(ctx), code));
}

/** What the reporter adds. */
export async function sayReport(ctx: Ctx, { code, text }: Input<typeof contract.sayReport>, exchange: Exchange): Promise<OwnReport> {
  throttle.takeCode(senderOf(exchange), ctx.now());
  const at = await door(ctx);
  const before = await find(at, code);
  await cases.writeMany(at, REPORT, async (tx) => {
    const { rows } = await sql<{ id: string | null }>`select cases.report_say(${hashOf(code)}::bytea, ${text}, ${ctx.now().toISOString()}::timestamptz) as id`.execute(tx);
    const id = rows[0]?.id;
    if (!id) throw notFound();
    return { changes: [told('reporter-said', { id, text } as object & { id: string }, { recordId: before.id, wallId: before.wallId })], result: null };
  });
  return ownOf(await find(at, code));
}
