/** What windows of one browser say to each other: which alarm the queue has chosen, or the question for it. */
type Said = { alarm: string | null } | { asks: true };

const CHANNEL = 'parapet.watch.selected';
const PLACE = 'parapet.watch.second';
const FIRST_PLACE = 'width=1100,height=820';

const isSaid = (data: unknown): data is Said => typeof data === 'object' && data !== null && ('alarm' in data || 'asks' in data);

function listen(hear: (said: Said) => void): { say: (said: Said) => void; end: () => void } {
  if (typeof BroadcastChannel === 'undefined') return { say: () => undefined, end: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => isSaid(data) && hear(data);
  return { say: (said) => channel.postMessage(said), end: () => channel.close() };
}

/** Tells other windows what is selected here, now and when one asks; answers how to end. */
export function tellSelected(selected: string | null): () => void {
  const line = listen((said) => 'asks' in said && line.say({ alarm: selected }));
  line.say({ alarm: selected });
  return line.end;
}

/** Hears what the queue in another window selects, and asks for it at once; answers how to end. */
export function followSelected(onSelected: (id: string) => void): () => void {
  const line = listen((said) => 'alarm' in said && said.alarm !== null && onSelected(said.alarm));
  line.say({ asks: true });
  return line.end;
}

/** Opens the second window where it stood the last time in this browser, or brings it to the front. */
export function openSecond(alarm: string | null): void {
  const place = localStorage.getItem(PLACE);
  window.open(`/watch/second${alarm === null ? '' : `?alarm=${alarm}`}`, 'parapet-second', `popup,${place !== null && /^left=-?\d+,top=-?\d+,width=\d+,height=\d+$/.test(place) ? place : FIRST_PLACE}`)?.focus();
}

/** Keeps where this window stands, for the next time. */
export function keepPlace(): void {
  localStorage.setItem(PLACE, `left=${window.screenX},top=${window.screenY},width=${window.innerWidth},height=${window.innerHeight}`);
}
