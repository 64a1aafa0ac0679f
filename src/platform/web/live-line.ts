import type { LiveEvent } from './live.ts';

/** What comes down the line. `gap`: events may have been missed, so everything is read again. Times are epoch milliseconds. */
export type LiveLine = { kind: 'open' } | { kind: 'cut' } | { kind: 'gap' } | { kind: 'ping'; at: number } | { kind: 'change'; event: LiveEvent };

const ADDRESS = '/api/live';
const CHANNEL = 'parapet.live';
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

/**
 * Holds the one event stream of this tab, and opens it again whatever ends it. The browser resumes a broken stream with
 * Last-Event-ID; a stream that we open can't know what changed while it opened, which is a gap.
 */
export function openLine(onLine: (line: LiveLine) => void, open: (address: string) => Source = (address) => new EventSource(address)): () => void {
  let source: Source | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  const start = (): void => {
    const mine = open(ADDRESS);
    source = mine;
    let isResumed = false;
    mine.addEventListener('open', () => {
      tries = 0;
      onLine({ kind: 'open' });
      if (!isResumed) onLine({ kind: 'gap' });
      isResumed = true;
    });
    mine.addEventListener('ping', (event) => onLine({ kind: 'ping', at: pingTime((event as MessageEvent<string>).data) }));
    mine.addEventListener('gap', () => onLine({ kind: 'gap' }));
    mine.addEventListener('change', (event) => onLine({ kind: 'change', event: JSON.parse((event as MessageEvent<string>).data) as LiveEvent }));
    mine.addEventListener('error', () => {
      onLine({ kind: 'cut' });
      if (mine.readyState !== 2) return;
      timer = setTimeout(start, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      tries += 1;
    });
  };
  start();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

const pingTime = (data: string): number => Date.parse((JSON.parse(data) as { at: string }).at);

/**
 * One stream for all tabs of a browser: the tab that holds the lock reads it and passes every line on; when it closes,
 * another takes over. Without locks (a page that isn't from a secure origin) each tab has its own.
 */
export function followLive(onLine: (line: LiveLine) => void): () => void {
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return openLine(onLine);
  const channel = new BroadcastChannel(CHANNEL);
  const giveUp = new AbortController();
  let release: (() => void) | undefined;
  channel.onmessage = ({ data }: MessageEvent<LiveLine>) => onLine(data);
  const lead = async (): Promise<void> => {
    const close = openLine((line) => {
      onLine(line);
      channel.postMessage(line);
    });
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    close();
  };
  navigator.locks.request(CHANNEL, { signal: giveUp.signal }, lead).catch(() => undefined);
  return () => {
    giveUp.abort();
    release?.();
    channel.close();
  };
}
