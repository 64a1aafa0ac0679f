import { v7 as uuidv7 } from 'uuid';
import { call, ProblemError } from '#platform/web/call.ts';
import { queryClient } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { beginUpload, completeUpload, dropUpload, PART_BYTES, readUpload } from '../contract.ts';
import type { Hashed } from './hashing.worker.ts';
import { t } from './messages.en.ts';

/** A file on its way from this page. `sent` counts bytes, those of the part under way among them. */
export type Sending = {
  readonly id: string; readonly recordId: string; readonly name: string; readonly size: number;
  readonly sent: number; readonly phase: 'waiting' | 'sending' | 'checking' | 'paused' | 'cut' | 'failed'; readonly problem: string | null;
};

const AT_ONCE = 2;
const WAITS_MS = [1_000, 2_000, 5_000, 10_000];

type Job = { file: File; hash: Promise<string> | null; stop: AbortController };

let shown: readonly Sending[] = [];
const jobs = new Map<string, Job>();
const listeners = new Set<() => void>();

export const sendingsNow = (): readonly Sending[] => shown;
export const onSendings = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const show = (next: readonly Sending[]): void => {
  shown = next;
  for (const listener of listeners) listener();
};
const change = (id: string, values: Partial<Sending>): void => show(shown.map((one) => (one.id === id ? { ...one, ...values } : one)));
const leave = (id: string): void => {
  jobs.delete(id);
  show(shown.filter((one) => one.id !== id));
  startNext();
};
const phaseOf = (id: string): Sending['phase'] | undefined => shown.find((one) => one.id === id)?.phase;

/** Begins to send a file, or goes on with one that was begun before. The page may be left for others meanwhile, not closed. */
export function sendFile(recordId: string, file: File, begun?: { id: string; name: string; stored: number }): void {
  const id = begun?.id ?? uuidv7();
  if (jobs.has(id)) return;
  jobs.set(id, { file, hash: null, stop: new AbortController() });
  show([...shown, { id, recordId, name: begun?.name ?? file.name, size: file.size, sent: begun?.stored ?? 0, phase: 'waiting', problem: null }]);
  startNext();
}

/** Sends a file and answers its id once it is attached; rejects in words where it failed. It shows among the files under way like any other. */
export function sendWhole(recordId: string, file: File): Promise<string> {
  const id = uuidv7();
  sendFile(recordId, file, { id, name: file.name, stored: 0 });
  return new Promise((resolve, reject) => {
    const stop = onSendings(() => {
      const here = shown.find((one) => one.id === id);
      if (here !== undefined && here.phase !== 'failed') return;
      stop();
      if (here === undefined) return resolve(id);
      void giveUpSending(id);
      reject(new Error(here.problem ?? ''));
    });
  });
}

/** Holds a file where it is. What the server has stays there. */
export function pauseSending(id: string): void {
  change(id, { phase: 'paused', problem: null });
  jobs.get(id)?.stop.abort();
  startNext();
}

export function goOnSending(id: string): void {
  const job = jobs.get(id);
  if (!job) return;
  job.stop = new AbortController();
  change(id, { phase: 'waiting', problem: null });
  startNext();
}

/** Gives a file up, here and on the server. */
export async function giveUpSending(id: string): Promise<void> {
  jobs.get(id)?.stop.abort();
  change(id, { phase: 'paused', problem: null });
  await call('files', dropUpload, { id }).catch(() => undefined);
  await queryClient.invalidateQueries({ queryKey: ['files'] });
  leave(id);
}

const isBusy = ({ phase }: Sending): boolean => phase === 'sending' || phase === 'cut' || phase === 'checking';

function startNext(): void {
  const next = shown.filter(isBusy).length < AT_ONCE ? shown.find(({ phase }) => phase === 'waiting') : undefined;
  keepPageOpen(shown.some((one) => isBusy(one) || one.phase === 'waiting'));
  if (next) void send(next);
}

const askBefore = (event: BeforeUnloadEvent): void => event.preventDefault();
const keepPageOpen = (isOn: boolean): void => (isOn ? window.addEventListener('beforeunload', askBefore) : window.removeEventListener('beforeunload', askBefore));

async function send({ id, recordId, name, size }: Sending): Promise<void> {
  const job = jobs.get(id);
  if (!job) return;
  const { signal } = job.stop;
  change(id, { phase: 'sending' });
  startNext();
  try {
    job.hash ??= hashOf(job.file);
    job.hash.catch(() => undefined);
    await patiently(id, signal, () => call('files', beginUpload, { id, recordId, name, size }, { signal }));
    await sendParts(id, job.file, signal);
    change(id, { phase: 'checking', sent: size });
    const sha256 = await job.hash;
    await patiently(id, signal, () => call('files', completeUpload, { id, sha256 }, { signal }));
    announce(t('files.attached', { name }));
    await queryClient.invalidateQueries({ queryKey: ['files'] });
    leave(id);
  } catch (error) {
    if (signal.aborted || !jobs.has(id)) return;
    if (error instanceof Unreadable) job.hash = null;
    change(id, { phase: 'failed', problem: error instanceof ProblemError ? error.detail : t('files.unreadable', { name }) });
    startNext();
  }
}

const mayPass = (error: unknown): boolean => error instanceof ProblemError && (error.status === 0 || error.status >= 502 || error.status === 500);

/** Tries until it is answered: a server that is away for a while only makes it wait. */
async function patiently<T>(id: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      const done = await work();
      if (phaseOf(id) === 'cut') change(id, { phase: 'sending' });
      return done;
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      change(id, { phase: 'cut' });
      await pause(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)] as number, signal);
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(new DOMException('Paused', 'AbortError')); }, { once: true });
  });

/** Part by part, each from where the server says that it stands. */
async function sendParts(id: string, file: File, signal: AbortSignal): Promise<void> {
  for (let { stored } = await patiently(id, signal, () => call('files', readUpload, { id }, { signal })); stored < file.size; ) {
    const from = stored;
    change(id, { sent: from });
    stored = await patiently(id, signal, async () => {
      const isSent = await putPart(id, from, file.slice(from, from + PART_BYTES), signal, (bytes) => change(id, { sent: from + bytes, phase: 'sending' }));
      const now = await call('files', readUpload, { id }, { signal });
      if (!isSent && now.stored === from) throw new ProblemError({ detail: '' });
      return now.stored;
    });
  }
}

class Unreadable extends Error {}

/** Whether the server took the part. Where it refused in words, that is thrown; where the line broke, it is asked how far it came. */
function putPart(id: string, offset: number, part: Blob, signal: AbortSignal, sent: (bytes: number) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    request.open('PUT', `/api/files/uploads/${id}/bytes?offset=${offset}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => sent(Math.min(loaded, part.size));
    request.onloadend = () => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return reject(new DOMException('Paused', 'AbortError'));
      if (request.status === 0 || request.status >= 500 || [401, 409].includes(request.status)) return resolve(false);
      if (request.status < 300) return resolve(true);
      reject(new ProblemError({ status: request.status, ...(JSON.parse(request.responseText || '{}') as object) }));
    };
    // A file that was moved or changed since it was chosen cannot be read, and the request would only seem cut.
    part.slice(0, 1).arrayBuffer().then(() => request.send(part), () => reject(new Unreadable()));
  });
}

/** The SHA-256 of a file, computed beside the page while it is sent. */
function hashOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./hashing.worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void): void => { worker.terminate(); settle(); };
    worker.onmessage = ({ data }: MessageEvent<Hashed>) => end(() => ('sha256' in data ? resolve(data.sha256) : reject(new Unreadable())));
    worker.onerror = () => end(() => reject(new Unreadable()));
    worker.postMessage(file);
  });
}
