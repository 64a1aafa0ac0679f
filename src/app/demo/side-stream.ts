import { randomUUID } from 'node:crypto';
import { isLoopback } from '#platform/kernel/config.ts';
import type { Sender } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { Ways } from '#modules/signals/simulator/play.ts';
import { randomFrom } from './random.ts';
import { readSourceKeys, WIRES } from './wires.ts';

const LINK_TEST_MS = 60_000;
const MEAN_WAIT_S = 150;
const DOORS = ['Laboratory door 2', 'Clean-room lock', 'Goods entrance', 'Roof door'] as const;
const LINES = ['Interface 14 up, 1000 Mbit/s', 'Configuration saved by schedule', 'Clock synchronised', 'Interface 14 down'] as const;

/** What the other wires of the demonstration say: an encrypted panel that is watched, a switch that logs, doors over HTTP. Journal only, never an alarm; and to this machine only. */
export class SideStream {
  readonly #senders: Sender[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #random;

  constructor({ ways, dataDir, seed, headEndId }: { ways: Ways; dataDir: string; seed: string; headEndId: string | undefined }) {
    this.#random = randomFrom(`${seed} side`);
    const keys = readSourceKeys(dataDir);
    if (!keys) return;
    const { dc09, syslog, http } = Object.fromEntries(Object.entries(ways).filter(([, way]) => isLoopback(new URL(way).hostname))) as Ways;
    const panel = this.#open('dc09', dc09, WIRES.panel, keys.panel);
    const link = (): void => void panel?.testLink?.().catch(() => undefined);
    link();
    this.#timers.add(setInterval(link, LINK_TEST_MS));
    this.#say(panel, () => `SIA-DCS Nri1/${this.#random.pick(['OP', 'CL'])}${this.#random.int(1, 30)}`);
    this.#say(this.#open('syslog', syslog, WIRES.host), () => `<134>1 ${new Date().toISOString()} ${WIRES.host} switchd - - - ${this.#random.pick(LINES)}`);
    const hook = headEndId === undefined || http === undefined ? undefined : `${http}/api/signals/webhooks/${headEndId}`;
    this.#say(this.#open('http', hook, WIRES.headEnd, keys.headEnd), () => JSON.stringify({ id: randomUUID(), at: new Date().toISOString(), event: this.#random.pick(['granted', 'granted', 'unknown-badge']), door: this.#random.pick(DOORS), who: `Badge ${this.#random.int(40_000, 49_999)}` }));
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const sender of this.#senders) sender.close();
  }

  #open(protocol: 'dc09' | 'syslog' | 'http', to: string | undefined, account: string, key?: string): Sender | undefined {
    const sender = to === undefined ? undefined : PROTOCOLS.get(protocol)?.openSender?.({ to, account, ...(key !== undefined && { key }) });
    if (sender) this.#senders.push(sender);
    return sender;
  }

  #say(sender: Sender | undefined, words: () => string): void {
    if (!sender) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void sender.send(words()).catch(() => undefined);
      this.#say(sender, words);
    }, this.#random.wait(MEAN_WAIT_S) * 1_000);
    this.#timers.add(timer);
  }
}
