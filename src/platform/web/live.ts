import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { Connection, type ConnectionState } from './connection.ts';
import { followLive, type LiveLine } from './live-line.ts';
import { Refresher } from './refresher.ts';

/** Something changed: the module's topic (`alarms`, or `alarms.alarm`), the record. */
export type LiveEvent = { topic: string; id: string | null };

const listeners = new Set<(event: LiveEvent) => void>();
const connection = new Connection();

const moduleOf = (topic: string): string => topic.split('.')[0] as string;

/** Whether what was read under this key may have changed by the event: lists of its module, and readings of that record. */
export function isTouched(key: readonly unknown[], event: LiveEvent): boolean {
  if (key[0] !== moduleOf(event.topic)) return false;
  const id = (key[2] as { id?: unknown } | undefined)?.id;
  return id === undefined || event.id === null || id === event.id;
}

const isUnder = (topic: string, under: string): boolean => topic === under || topic.startsWith(`${under}.`);

// A reading of something else may say in its meta which topics it stands on.
const isOfTopics = (topics: unknown, topic: string): boolean => Array.isArray(topics) && topics.some((one) => typeof one === 'string' && isUnder(topic, one));

/** Follows the server's live events while the shell stands; everything is read again after a gap that can't be filled. */
export function startLive(cache: QueryClient): () => void {
  const refresher = new Refresher(cache);
  const onLine = (line: LiveLine): void => {
    const at = Date.now();
    if (line.kind === 'ping') connection.heard(at, line.at);
    if (line.kind === 'open') connection.opened(at);
    if (line.kind === 'cut') connection.cut(at);
    if (line.kind === 'gap') refresher.touch(() => true);
    if (line.kind !== 'change') return;
    connection.heard(at);
    refresher.touch(({ queryKey, meta }) => isTouched(queryKey, line.event) || isOfTopics(meta?.['topics'], line.event.topic));
    for (const listener of listeners) listener(line.event);
  };
  const stop = followLive(onLine);
  const tick = setInterval(() => connection.tick(Date.now()), 1_000);
  return () => {
    stop();
    clearInterval(tick);
    refresher.stop();
  };
}

/** Hears the events of one topic, or of a module's every topic. */
export function useLive(topic: string, handler: (event: LiveEvent) => void): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const listener = (event: LiveEvent): void => {
      if (isUnder(event.topic, topic)) latest.current(event);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [topic]);
}

/** How the connection stands. */
export const useConnection = (): ConnectionState => useSyncExternalStore(connection.subscribe, () => connection.state);

/** The server's time, as near as its pings tell. */
export const serverNow = (): Date => new Date(connection.serverTime(Date.now()));

/** The cache, for a page that changes what it read before the server has answered. */
export const useCache = (): QueryClient => useQueryClient();
