import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, identity, type Tx, unrepeated } from '../change.ts';
import { ownSealer } from '../sealing.ts';
import type * as contract from '../sign-in/contract.ts';
import { heldBy } from '../sign-in/due.ts';
import { doorFor } from '../sign-in/half.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import { personKeys, refuse, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import { qrPath } from './qr.ts';
import { replaceCodes } from './recovery.service.ts';
import { base32, otpauthUri, stepOfCode } from './totp.ts';

const SECRET_BYTES = 20;

/** A code that fits, with the step that it would spend. */
export type Match = { id: string; step: number };
type Row = { id: string; sealed: Buffer; lastStep: number };

const placeOf = (id: string): string => `totp ${id}`;

function secretIn({ id, sealed }: Row): Buffer {
  try {
    return ownSealer().open(placeOf(id), sealed);
  } catch (error) {
    throw new Problem('unavailable', 'identity.factor_unreadable', 'This authenticator app cannot be checked here: the key of the data folder is another than when it was set up. Use a recovery code, or ask an administrator.', {}, error);
  }
}

/** Whether a code fits what this person has in force, or is setting up. Nothing is spent yet. */
export async function matchingStep(ctx: Ctx, personId: string, code: string, { inForce = true, permission = AUTHENTICATE } = {}): Promise<Match | null> {
  const row = await identity.read(ctx, permission).selectFrom(sql<Row>`identity.totp_of(${personId}::uuid, ${inForce})`.as('t')).select(['id', 'sealed', 'lastStep']).executeTakeFirst();
  const step = row ? stepOfCode(secretIn(row), code, ctx.now(), row.lastStep) : null;
  return row && step !== null ? { id: row.id, step } : null;
}

/** Spends the code's step and those before it; false where another attempt spent it first. */
export async function spendStep(tx: Tx, { id, step }: Match): Promise<boolean> {
  const spent = await tx.updateTable('identity.totp').set({ lastStep: step }).where('id', '=', id).where('lastStep', '<', step).executeTakeFirst();
  return spent.numUpdatedRows > 0n;
}

/** Sets up an authenticator app for the person of the context, in place of one that was begun and never confirmed. */
export async function begin(ctx: Ctx): Promise<Reply<typeof contract.beginTotp>> {
  const secret = randomBytes(SECRET_BYTES);
  const id = uuidv7();
  const [accounts, organisations] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('access.person as p').leftJoin('identity.credential as c', 'c.personId', 'p.id').select(['p.name', 'c.email']).where('p.id', '=', ctx.personId),
    db.selectFrom('identity.organisation').select('name'),
  ]);
  await identity.writeMany(unrepeated(ctx), '', async (tx) => {
    await tx.deleteFrom('identity.totp').where('personId', '=', ctx.personId).where('confirmedAt', 'is', null).execute();
    await tx.insertInto('identity.totp').values({ id, personId: ctx.personId, sealed: ownSealer().seal(placeOf(id), secret), madeAt: ctx.now().toISOString() }).execute();
    return { changes: [about(ctx.personId, 'totp-begun')], result: null };
  });
  const uri = otpauthUri({ secret, issuer: issuerOf(organisations[0]?.name ?? ''), account: accounts[0]?.email ?? accounts[0]?.name ?? '' });
  return { secret: base32(secret), uri, qr: qrPath(uri) };
}

/** What the app writes over the code. A colon would end it there. */
const issuerOf = (organisation: string): string => `Parapet ${organisation}`.replaceAll(':', ' ').trim().slice(0, 60);

const wrong = (): Problem => new Problem('refused', 'identity.wrong_code', 'This code does not fit. Take the newest one that the app shows, and check that the clock of your device is right.', { errors: [{ pointer: '/code', detail: 'This code does not fit.' }] });

/** Confirms by a code of the app, which from now on is asked for; with the first factor come recovery codes. */
export async function confirmBegun(ctx: Ctx, code: string): Promise<Reply<typeof contract.confirmTotp>> {
  const keys = personKeys(ctx, ctx.personId);
  const door = await doorFor(ctx);
  await refuseWhileWaiting(door, keys);
  const match = await matchingStep(ctx, ctx.personId, code, { inForce: false, permission: '' });
  if (!match) return refuse(door, keys, refusedOf(ctx.personId, 'second-factor-refused'), wrong());
  const held = await heldBy(ctx, ctx.personId, '');
  const recoveryCodes = await identity.writeMany(unrepeated(ctx), '', async (tx) => {
    await tx.deleteFrom('identity.totp').where('personId', '=', ctx.personId).where('id', '<>', match.id).execute();
    const confirmed = await tx.updateTable('identity.totp').set({ confirmedAt: ctx.now().toISOString(), lastStep: match.step }).where('id', '=', match.id).where('confirmedAt', 'is', null).executeTakeFirst();
    if (confirmed.numUpdatedRows === 0n) throw wrong();
    return { changes: [about(ctx.personId, 'totp-added', { instead: held.hasTotp })], result: held.codesLeft > 0 ? null : await replaceCodes(tx, ctx.personId, ctx.now()) };
  });
  return { recoveryCodes };
}

export async function beginTotp(ctx: Ctx): Promise<Reply<typeof contract.beginTotp>> {
  await requireFreshProof(ctx);
  return begin(ctx);
}

export async function confirmTotp(ctx: Ctx, { code }: Input<typeof contract.confirmTotp>): Promise<Reply<typeof contract.confirmTotp>> {
  await requireFreshProof(ctx);
  return confirmBegun(ctx, code);
}

export async function removeTotp(ctx: Ctx): Promise<Reply<typeof contract.removeTotp>> {
  await requireFreshProof(ctx);
  const held = await heldBy(ctx, ctx.personId, '');
  if (held.hasTotp) refuseLast({ ...held, hasTotp: false });
  return identity.writeMany(ctx, '', async (tx) => {
    const removed = await tx.deleteFrom('identity.totp').where('personId', '=', ctx.personId).returning('confirmedAt').execute();
    if (held.passkeys + held.suspects === 0) await tx.deleteFrom('identity.recoveryCode').where('personId', '=', ctx.personId).execute();
    const wasInForce = removed.some((row) => row.confirmedAt !== null);
    return { changes: wasInForce ? [about(ctx.personId, 'totp-removed')] : [], result: { removed: wasInForce } };
  });
}

/** A role that requires a second factor keeps its holder from giving up the last one. */
export function refuseLast({ hasTotp, passkeys, isRequired }: { hasTotp: boolean; passkeys: number; isRequired: boolean }): void {
  if (isRequired && !hasTotp && passkeys === 0) throw new Problem('refused', 'identity.factor_required', 'One of your roles requires a second factor, and this is your last one. Set up another first.');
}
