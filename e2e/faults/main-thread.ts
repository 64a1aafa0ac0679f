import type { CDPSession, Page } from 'playwright-core';

/** A task of the page's main thread: how long it took by the clock, and of that on a processor; ms. */
export type Task = { wallMs: number; processorMs: number };

type TraceEvent = { name: string; ph: string; pid: number; tid: number; dur?: number; tdur?: number; args?: { name?: string } };

/** One window of a trace of the page's main thread: every task that took longer than `overMs`. */
export async function traceTasks(page: Page, { forMs, overMs }: { forMs: number; overMs: number }): Promise<Task[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] } });
  const { processInfo } = await (await browserOf(page)).send('SystemInfo.getProcessInfo');
  const renderers = new Set(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id));
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  const mains = new Set(events.filter(({ name, args, pid }) => name === 'thread_name' && args?.name === 'CrRendererMain' && renderers.has(pid)).map(({ pid, tid }) => `${pid} ${tid}`));
  if (mains.size === 0) throw new Error('The trace knows no main thread of a page.');
  return events
    .filter(({ name, ph, pid, tid, dur = 0 }) => ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid} ${tid}`) && dur > overMs * 1000)
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, processorMs: tdur / 1000 }));
}

let ofBrowser: Promise<CDPSession> | null = null;
function browserOf(page: Page): Promise<CDPSession> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page has no browser of its own.');
  return (ofBrowser ??= browser.newBrowserCDPSession());
}
