import { z } from 'zod';
import { startJob } from '#platform/jobs/jobs.service.ts';
import { type JobKind, jobKind } from '#platform/jobs/port.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { addressesIn, objectionTo } from '#platform/net/address.ts';
import { judgeOf } from '#platform/net/net.service.ts';
import { askingCameras } from '#modules/devices/public.ts';
import type * as contract from '../camera-contract.ts';
import { type CameraSearch, MOST_ADDRESSES } from '../camera-contract.ts';
import type { Tables } from '../tables.gen.ts';

const signals = store<Tables>('signals');
const MAY = 'signals:sources';
const DISCOVERY_PORT = 3_702;

const refused = (code: string, detail: string): Problem => new Problem('refused', `signals.${code}`, detail, { errors: [{ pointer: '/range', detail }] });

/** The addresses of a block, each of which may be reached at this moment. Throws 422 where one may not. */
async function addressesOf(db: Database, range: string): Promise<string[]> {
  const addresses = addressesIn(range, MOST_ADDRESSES);
  if (!addresses) throw refused('no_block', `Write a block of IPv4 addresses such as 10.20.3.0/24, of at most ${MOST_ADDRESSES} and with zeros behind its prefix.`);
  const objection = objectionTo({ range, port: DISCOVERY_PORT });
  if (objection) throw refused('no_block_inside', 'Only a block of a private network is asked address by address.');
  const judge = await judgeOf(db);
  if (addresses.some((address) => judge(address, DISCOVERY_PORT) !== null)) throw refused('block_not_allowed', 'Not all of this block may be reached yet. Whoever keeps the system allows it first, under Outgoing connections in Administration.');
  return addresses;
}

/** Looks for cameras as a job of who started it. What is allowed is judged when it runs. */
export const cameraSearch: JobKind = jobKind({
  key: 'signals.camera-search', title: 'Look for cameras', permission: MAY, args: z.object({ range: z.string().nullable() }), isOneWrite: false,
  run: async (ctx, { range }, { signal, progress }): Promise<CameraSearch> => {
    const addresses = range === null ? null : await addressesOf(ctx.db, range);
    const { found, left } = await askingCameras().find({ addresses, signal, told: (part, n) => progress(part, n === 1 ? '1 found' : `${n} found`) }).catch((error: unknown) => {
      throw signal.aborted ? error : new Problem('refused', 'signals.no_network', 'The network of this machine cannot be asked. Add the camera by its address.');
    });
    const known = await sourcesAt(ctx, found.map(({ remote }) => remote));
    const judge = await judgeOf(ctx.db);
    const items = found.map((one) => {
      const url = new URL(one.address);
      return { ...one, sourceId: known.get(one.address) ?? known.get(url.host) ?? null, refusal: judge(url.hostname, Number(url.port || (url.protocol === 'https:' ? 443 : 80))) };
    });
    return { items, range, left };
  },
});

/** Sources by the address of their device service, and by host and port, as far as the reader sees them. */
async function sourcesAt(ctx: Ctx, remotes: readonly string[]): Promise<Map<string, string>> {
  if (remotes.length === 0) return new Map();
  const rows = await signals.read(ctx, MAY).selectFrom('signals.source').select(['id', 'account']).where('protocol', '=', 'onvif').where('state', '=', 'active').limit(10_000).execute();
  return new Map(rows.flatMap(({ id, account }) => [[account, id] as const, ...(URL.canParse(account) ? [[new URL(account).host, id] as const] : [])]));
}

export async function searchCameras(ctx: Ctx, { range }: Input<typeof contract.searchCameras>): Promise<Reply<typeof contract.searchCameras>> {
  await signals.read(ctx, MAY).selectFrom('signals.source').select('id').limit(1).execute();
  if (range !== null) await addressesOf(ctx.db, range);
  return signals.writeMany(ctx, MAY, async () => ({ changes: [], result: { jobId: (await startJob(ctx, cameraSearch, { range })).id } }));
}
