import { addDevice, askingCameras, cameraClient } from '#modules/devices/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { CameraFacts } from '#platform/wire/port.ts';
import type * as contract from '../camera-contract.ts';
import type { Credentials } from '../contract.ts';
import { addSources } from '../sources.service.ts';
import type { Tables } from '../tables.gen.ts';

const signals = store<Tables>('signals');
const MAY = 'signals:sources';
const WITHIN_MS = 4_000;

/** What a camera says of itself, through the guarded door. Throws 422 with why it says nothing. */
async function describe(ctx: Ctx, { account, credentials }: { account: string; credentials: Credentials | null }): Promise<CameraFacts> {
  const facts = await askingCameras().describe({ client: cameraClient(ctx.db), address: account, opened: credentials && Buffer.from(JSON.stringify(credentials)), timeoutMs: WITHIN_MS });
  if ('trouble' in facts) throw new Problem('refused', `signals.camera_${facts.trouble.replace('-', '_')}`, facts.detail, { errors: [{ pointer: facts.trouble === 'credentials' ? '/credentials' : '/account', detail: facts.detail }] });
  return facts;
}

const checkMay = (ctx: Ctx): Promise<unknown> => signals.read(ctx, MAY).selectFrom('signals.source').select('id').limit(1).execute();

export async function askCamera(ctx: Ctx, asked: Input<typeof contract.askCamera>): Promise<Reply<typeof contract.askCamera>> {
  await checkMay(ctx);
  return describe(ctx, asked);
}

/** The source and its devices in one write, after the camera said what it is: what it is known by in the register is its own word and nobody's typing. */
export async function adoptCamera(ctx: Ctx, { account, credentials, name, siteId, device }: Input<typeof contract.adoptCamera>): Promise<Reply<typeof contract.adoptCamera>> {
  await checkMay(ctx);
  const facts = await describe(ctx, { account, credentials });
  const unknown = device?.parts.findIndex(({ part }) => !facts.parts.some((one) => one.name === part)) ?? -1;
  if (unknown >= 0) throw new Problem('refused', 'signals.no_such_part', 'It has no part of this name. Ask it again what it is.', { errors: [{ pointer: `/device/parts/${unknown}/part`, detail: 'It has no part of this name.' }] });
  return signals.writeMany(ctx, MAY, async () => {
    const added = await addSources(ctx, { protocol: 'onvif', account, name, siteId, ...(credentials && { credentials }) });
    const sourceId = 'id' in added ? added.id : '';
    const devices = device ? await register(ctx, { sourceId, account, name, siteId, facts, device }) : [];
    return { changes: [], result: { sourceId, name, devices } };
  });
}

type Registering = Omit<Input<typeof contract.adoptCamera>, 'credentials' | 'device'> & { sourceId: string; facts: CameraFacts; device: NonNullable<Input<typeof contract.adoptCamera>['device']> };

async function register(ctx: Ctx, { sourceId, account, name, siteId, facts, device: { code, parts } }: Registering): Promise<Reply<typeof contract.adoptCamera>['devices']> {
  const { make, model, firmware, serial } = facts;
  const none = { installer: '', note: '', installedOn: null, warrantyUntil: null, endOfLifeOn: null, certificateUntil: null, expectedEveryS: null, clip: 'off' } as const;
  const plate = { make, model, firmware, serial, address: new URL(account).host.slice(0, 200) };
  const whole = await at('/device', addDevice(ctx, { ...none, ...plate, siteId, code, name, kind: parts.length > 0 ? 'recorder' : 'camera', behindId: null, points: [{ sourceId, point: '' }] }));
  const made = [whole];
  for (const [i, part] of parts.entries()) {
    const names = facts.parts.find((one) => one.name === part.part)?.names ?? [];
    made.push(await at(`/device/parts/${i}`, addDevice(ctx, { ...none, make: '', model: '', firmware: '', serial: '', address: plate.address, siteId, code: part.code, name: part.name, kind: 'camera', behindId: whole.id, points: names.map((word) => ({ sourceId, point: `device:${word}` })) })));
  }
  return made.map(({ id, code: own, name: called }) => ({ id, code: own, name: called }));
}

/** A refusal of the register, at the field of this form. */
async function at<T>(pointer: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Problem) || !error.extra.errors) throw error;
    throw new Problem(error.kind, error.code, error.message, { ...error.extra, errors: error.extra.errors.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` })) });
  });
}
