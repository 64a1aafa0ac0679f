import type { Sender } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { ScenarioPlan, SimulatedSource, SimulatedStep } from './scenarios.ts';

/** Where a protocol's receiver is reached on this machine. */
export type Ways = Readonly<Partial<Record<SimulatedSource['protocol'], string>>>;

/** What playing stands on: `keyOf` a sender by its name in the plan; `goesOn` is asked before each message; `told` after it. `speed` is times faster than life. */
export type Playing = { ways: Ways; speed: number; keyOf(as: string): string | undefined; signal: AbortSignal; goesOn(): Promise<boolean>; told(done: number, step: SimulatedStep): void };

const LINK_TEST_MS = 8_000;
const LOOK_MS = 1_000;

/** Plays the scenario over the real ports, each sender on a line of its own; answers how many messages were sent and whether it came to its end. Rejects where one is refused. */
export async function playScenario(plan: ScenarioPlan, playing: Playing): Promise<{ sent: number; isWhole: boolean }> {
  const senders = new Map(plan.sources.map((source) => [source.as, openedFor(source, playing)]));
  const links = plan.sources.filter(({ superviseS }) => superviseS !== undefined).map(({ as }) => new Link(senderIn(senders, as)));
  const linkOf = new Map(plan.sources.filter(({ superviseS }) => superviseS !== undefined).map(({ as }, i) => [as, links[i]]));
  const close = (): void => senders.forEach((sender) => sender.close());
  playing.signal.addEventListener('abort', close);
  let sent = 0;
  try {
    for (const [at, step] of plan.steps.entries()) {
      if (!(await waited(step.isReal ? step.afterMs : step.afterMs / playing.speed, playing))) return { sent, isWhole: false };
      if (step.do === 'say') await senderIn(senders, step.by).send(step.words).then(() => sent++);
      if (step.do === 'hush') linkOf.get(step.by)?.stop();
      if (step.do === 'heard') linkOf.get(step.by)?.start();
      playing.told(at + 1, step);
    }
    return { sent, isWhole: true };
  } catch (error) {
    if (playing.signal.aborted) return { sent, isWhole: false };
    throw error;
  } finally {
    playing.signal.removeEventListener('abort', close);
    for (const link of links) link.stop();
    close();
  }
}

const senderIn = (senders: ReadonlyMap<string, Sender>, as: string): Sender => {
  const sender = senders.get(as);
  if (!sender) throw new RangeError(`The scenario has no sender ${as}.`);
  return sender;
};

function openedFor({ as, protocol, account }: SimulatedSource, { ways, keyOf }: Playing): Sender {
  const to = ways[protocol];
  const opened = to === undefined ? undefined : PROTOCOLS.get(protocol)?.openSender?.({ to, account, ...(keyOf(as) !== undefined && { key: keyOf(as) as string }) });
  if (!opened) throw new Error(`Nothing sends ${protocol} here.`);
  return opened;
}

/** The link tests of one sender, which end where its line is cut. */
class Link {
  readonly #sender: Sender;
  #timer: NodeJS.Timeout | null = null;

  constructor(sender: Sender) {
    this.#sender = sender;
    this.start();
  }

  start(): void {
    if (this.#timer) return;
    const test = (): void => void this.#sender.testLink?.().catch(() => undefined);
    test();
    this.#timer = setInterval(test, LINK_TEST_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** False where it was ended meanwhile. */
async function waited(ms: number, { signal, goesOn }: Playing): Promise<boolean> {
  for (let left = ms; ; left -= LOOK_MS) {
    await pause(Math.max(0, Math.min(left, LOOK_MS)), signal);
    if (signal.aborted || !(await goesOn())) return false;
    if (left <= LOOK_MS) return true;
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
