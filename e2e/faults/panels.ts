import { expect } from 'vitest';
import { Dialler } from '../../src/connectors/sia-dc09/dialler.ts';
import type { Api, Product } from '../product.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A panel that sends one event after the other until it is stopped, and never forgets what was acknowledged. */
export type Panel = { account: string; acknowledged: number[]; stop(): Promise<void> };

const KEY = '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F';
/** Every second panel encrypts, and every third sends datagrams. */
const keyOf = (account: string): Buffer | null => (Number(account.slice(1)) % 2 ? Buffer.from(KEY, 'hex') : null);
const transportOf = (account: string): 'tcp' | 'udp' => (Number(account.slice(1)) % 3 ? 'tcp' : 'udp');

const accountOf = (i: number): string => `A${String(i).padStart(3, '0')}`;

/** Makes so many panels known and lets each of them send, `everyMs` after the answer before. */
export async function startPanels(product: Pick<Product, 'dc09Port'>, api: Api, count: number, everyMs = 0): Promise<Panel[]> {
  const accounts = Array.from({ length: count }, (_, i) => accountOf(i));
  await api.post('/api/signals/sources', accounts.map((account) => ({ protocol: 'dc09', account, name: `Panel ${account}`, ...(keyOf(account) && { key: KEY }) })) as unknown as object);
  return accounts.map((account) => startPanel(product, account, 1, everyMs));
}

/** Numbers go on from `from`, so that each event of a panel is told apart from those before. */
export function startPanel({ dc09Port }: Pick<Product, 'dc09Port'>, account: string, from = 1, everyMs = 0): Panel {
  const acknowledged: number[] = [];
  const dialler = new Dialler({ host: '127.0.0.1', port: dc09Port, account, key: keyOf(account), transport: transportOf(account), resendMs: 700, reconnectMs: 60, firstSequence: ((from - 1) % 9_999) + 1 });
  let isOver = false;
  const running = (async () => {
    for (let i = from; !isOver; i++) {
      const answer = await dialler.sendEvent('SIA-DCS', `Nri1/${['BA', 'OP', 'CL', 'TA'][i % 4]}${String(i).padStart(4, '0')}`, { sentAt: Date.now() });
      if (answer.kind === 'ACK') acknowledged.push(i);
      if (everyMs > 0) await sleep(everyMs);
    }
  })().catch((error: unknown) => {
    if (!isOver) throw error;
  });
  return {
    account, acknowledged,
    stop: async () => {
      isOver = true;
      // What is on its way may be answered yet; a receiver that is gone never answers.
      await Promise.race([running, sleep(3_000)]);
      dialler.close();
      await running;
    },
  };
}

/** Waits until each of them is acknowledged again. */
export async function untilAcknowledging(panels: readonly Panel[], told: () => string, withinMs = 30_000): Promise<void> {
  const before = panels.map(({ acknowledged }) => acknowledged.length);
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(50)) {
    if (panels.every(({ acknowledged }, i) => acknowledged.length > (before[i] ?? 0) + 1)) return;
  }
  throw new Error(`Not acknowledging again within ${withinMs / 1000} s:\n${told().slice(-3000)}`);
}

/** The promise of the receivers: what was acknowledged is stored, nothing twice, and each device in its order. */
export async function expectPromiseKept(product: Pick<Product, 'owner'>, panels: readonly Pick<Panel, 'account' | 'acknowledged'>[]): Promise<void> {
  const owner = await product.owner();
  const { rows } = await owner.query<{ account: string; raw: Buffer }>('select s.account, coalesce(g.clear, g.raw) as raw from signals.signal g join signals.source s on s.ref = g.source_ref order by g.received_at, g.seq');
  await owner.end();
  for (const { account, acknowledged } of panels) {
    const stored = rows.filter((row) => row.account === account).map(({ raw }) => Number(/Nri1\/[A-Z]{2}(\d+)\]/.exec(raw.toString('latin1'))?.[1]));
    const kept = new Set(stored);
    expect(acknowledged.length, `${account}: acknowledged at all`).toBeGreaterThan(3);
    expect(kept.size, `${account}: none twice`).toBe(stored.length);
    expect(acknowledged.filter((i) => !kept.has(i)), `${account}: acknowledged and not stored`).toEqual([]);
    expect(stored, `${account}: in order`).toEqual(stored.toSorted((a, b) => a - b));
  }
}
