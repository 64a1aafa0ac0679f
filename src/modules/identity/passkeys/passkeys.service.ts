import { verifyRegistrationResponse } from '@simplewebauthn/server';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { about, identity, unrepeated } from '../change.ts';
import { replaceCodes } from '../factors/recovery.service.ts';
import { refuseLast } from '../factors/totp.service.ts';
import { keepProof } from '../sign-in/confirm.service.ts';
import { heldBy } from '../sign-in/due.ts';
import { doorFor } from '../sign-in/half.ts';
import { freshFrom, requireFreshProof } from '../sign-in/proof.ts';
import { personKeys, refuse, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import { challengeIn, copiedPasskey, counterOf, handleOf, isCopied, markSuspect, passkeysOf, questionOf, spendCounter, TIMEOUT_MS } from './assertion.ts';
import { isOurChallenge, newChallenge, spendChallenge } from './challenge.ts';
import type * as contract from './contract.ts';
import { relyingParty } from './relying-party.ts';

// COSE: EdDSA, ES256, RS256, the first that the authenticator has.
const ALGORITHMS = [-8, -7, -257];
const MOST = 20;

/** What a browser needs to make a passkey for the person of the context. */
export async function offerTo(ctx: Ctx): Promise<Reply<typeof contract.offerPasskey>> {
  const [accounts, organisations] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('access.person as p').leftJoin('identity.credential as c', 'c.personId', 'p.id').select(['p.name', 'c.email']).where('p.id', '=', me),
    db.selectFrom('identity.organisation').select('name'),
  ]);
  const known = await passkeysOf(ctx, ctx.personId, '');
  const name = accounts[0]?.name ?? '';
  return {
    challenge: newChallenge('add', ctx.personId, ctx.now()), rpId: relyingParty().id, rpName: `Parapet ${organisations[0]?.name ?? ''}`.trim(), timeoutMs: TIMEOUT_MS, algorithms: ALGORITHMS,
    exclude: known.map(({ credentialId, transports }) => ({ id: credentialId.toString('base64url'), transports })), user: { id: handleOf(ctx.personId), name: accounts[0]?.email ?? name, displayName: name },
  };
}

const notMade = (): Problem => new Problem('refused', 'identity.passkey_not_made', 'This passkey cannot be kept: it was made for another address, too long ago, or without making sure of you. Try once more.');
const known = (): Problem => new Problem('conflict', 'identity.passkey_known', 'This passkey is kept already.');

async function checkMade(ctx: Ctx, { id, clientDataJson, attestationObject }: contract.NewPasskey) {
  const challenge = challengeIn({ clientDataJson });
  if (!isOurChallenge(challenge, 'add', ctx.personId, ctx.now())) throw notMade();
  const { id: rpId, origin } = relyingParty();
  const checked = await verifyRegistrationResponse({
    response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: clientDataJson, attestationObject } },
    expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null);
  if (!checked?.verified) throw notMade();
  return checked.registrationInfo;
}

/** Checks and keeps a passkey of the person of the context; with the first factor come recovery codes. */
export async function keepPasskey(ctx: Ctx, made: contract.NewPasskey): Promise<{ id: string; recoveryCodes: string[] | null }> {
  const { credential, credentialDeviceType } = await checkMade(ctx, made);
  const held = await heldBy(ctx, ctx.personId, '');
  if (held.passkeys >= MOST) throw new Problem('refused', 'identity.too_many_passkeys', `There are ${MOST} passkeys already. Remove one that you no longer use.`);
  const id = uuidv7();
  const recoveryCodes = await identity.writeMany(unrepeated(ctx), '', async (tx) => {
    await tx.insertInto('identity.passkey').values({
      id, personId: ctx.personId, credentialId: Buffer.from(credential.id, 'base64url'), publicKey: Buffer.from(credential.publicKey), counter: credential.counter, transports: made.transports,
      isSynced: credentialDeviceType === 'multiDevice', name: made.name, madeAt: ctx.now().toISOString(),
    }).execute().catch((error: unknown) => {
      throw (error as { code?: string }).code === '23505' ? known() : error;
    });
    return { changes: [about(ctx.personId, 'passkey-added', { passkeyId: id, name: made.name })], result: held.codesLeft > 0 ? null : await replaceCodes(tx, ctx.personId, ctx.now()) };
  });
  return { id, recoveryCodes };
}

export async function offerPasskey(ctx: Ctx): Promise<Reply<typeof contract.offerPasskey>> {
  await requireFreshProof(ctx);
  return offerTo(ctx);
}

export async function addPasskey(ctx: Ctx, made: Input<typeof contract.addPasskey>): Promise<Reply<typeof contract.addPasskey>> {
  await requireFreshProof(ctx);
  return keepPasskey(ctx, made);
}

async function checkMine(ctx: Ctx, id: string): Promise<void> {
  const mine = await identity.read(ctx, '').selectFrom('identity.passkey').select('id').where('id', '=', id).where('personId', '=', me).executeTakeFirst();
  if (!mine) throw notFound();
}

export async function renamePasskey(ctx: Ctx, { id, name }: Input<typeof contract.renamePasskey>): Promise<Reply<typeof contract.renamePasskey>> {
  return identity.writeMany(ctx, '', async (tx) => {
    const renamed = await tx.updateTable('identity.passkey').set({ name }).where('id', '=', id).where('personId', '=', me).executeTakeFirst();
    if (renamed.numUpdatedRows === 0n) throw notFound();
    return { changes: [about(ctx.personId, 'passkey-renamed', { passkeyId: id, name })], result: { id, name } };
  });
}

export async function removePasskey(ctx: Ctx, { id }: Input<typeof contract.removePasskey>): Promise<Reply<typeof contract.removePasskey>> {
  await checkMine(ctx, id);
  await requireFreshProof(ctx);
  const others = (await passkeysOf(ctx, ctx.personId, '')).filter((passkey) => passkey.id !== id);
  const held = await heldBy(ctx, ctx.personId, '');
  refuseLast({ ...held, passkeys: others.filter(({ suspectAt }) => suspectAt === null).length });
  return identity.writeMany(ctx, '', async (tx) => {
    const removed = await tx.deleteFrom('identity.passkey').where('id', '=', id).where('personId', '=', me).executeTakeFirst();
    if (removed.numDeletedRows === 0n) throw notFound();
    if (others.length === 0 && !held.hasTotp) await tx.deleteFrom('identity.recoveryCode').where('personId', '=', me).execute();
    return { changes: [about(ctx.personId, 'passkey-removed', { passkeyId: id })], result: { removed: true } };
  });
}

export async function askPasskeyToConfirm(ctx: Ctx): Promise<Reply<typeof contract.askPasskeyToConfirm>> {
  const mine = await passkeysOf(ctx, ctx.personId, '');
  if (mine.length === 0) throw new Problem('refused', 'identity.no_passkey', 'There is no passkey of yours. Show who you are in another way.');
  return questionOf(newChallenge('confirm', ctx.personId, ctx.now()), mine);
}

const notYours = (): Problem => new Problem('refused', 'identity.wrong_passkey', 'This passkey is not one of yours, or its answer does not fit. Try once more.');

export async function confirmByPasskey(ctx: Ctx, assertion: Input<typeof contract.confirmByPasskey>): Promise<Reply<typeof contract.confirmByPasskey>> {
  const keys = personKeys(ctx, ctx.personId);
  const door = await doorFor(ctx);
  await refuseWhileWaiting(door, keys);
  const passkey = (await passkeysOf(ctx, ctx.personId, '')).find(({ credentialId, suspectAt }) => suspectAt === null && credentialId.toString('base64url') === assertion.id);
  const challenge = challengeIn(assertion);
  const counter = passkey && isOurChallenge(challenge, 'confirm', ctx.personId, ctx.now()) ? await counterOf(passkey, assertion, challenge) : null;
  if (!passkey || counter === null) return refuse(door, keys, refusedOf(ctx.personId, 'second-factor-refused'), notYours());
  if (isCopied(passkey, counter)) {
    await markSuspect(door, passkey, counter);
    throw new Problem('refused', 'identity.passkey_copied', copiedPasskey().message);
  }
  await keepProof(ctx, door, { by: 'passkey', spend: async (tx) => (await spendChallenge(tx, challenge, ctx.personId, ctx.now())) && spendCounter(tx, passkey, counter, ctx.now()) });
  return { until: freshFrom(ctx.now()) };
}
