import { useEffect, useId, useSyncExternalStore } from 'react';
import { useKeys } from './keys.ts';

/** A verb that the page offers: in the command bar, in the help overlay, and by its key. */
export type Command = {
  title: string;
  run: () => void;
  /** As `useKeys` writes keys. */
  key?: string;
  /** Why it can't be done now; it is shown, and does nothing. */
  unavailable?: string;
  /** Shown in the help overlay only (moving in a list, say). */
  isKeyOnly?: boolean;
};

let offered: ReadonlyMap<string, readonly Command[]> = new Map();
const listeners = new Set<() => void>();
let looking: ReturnType<typeof setTimeout> | undefined;

const offer = (id: string, commands: readonly Command[] | null): void => {
  const next = new Map(offered);
  if (commands) next.set(id, commands);
  else next.delete(id);
  offered = next;
  for (const listener of listeners) listener();
  clearTimeout(looking);
  looking = setTimeout(() => boundTwice([...offered.values()].flat()).forEach((words) => console.error(words)));
};

/** Keys that more than one verb takes at once, in words for who develops; every journey fails by what stands on the console. What is unavailable hands its key on. */
export function boundTwice(commands: readonly Command[]): string[] {
  const byKey = Map.groupBy(commands.filter(({ key, unavailable }) => key !== undefined && unavailable === undefined), ({ key }) => key);
  return [...byKey].filter(([, verbs]) => verbs.length > 1).map(([key, verbs]) => `The key ${key} is bound twice: ${verbs.map(({ title }) => `“${title}”`).join(', ')}.`);
}

const signatureOf = (commands: readonly Command[]): string => commands.map((command) => [command.title, command.key, command.unavailable, command.isKeyOnly].join('\u0001')).join('\u0002');

/** Offers verbs while the component stands, and binds their keys. */
export function useCommands(commands: readonly Command[], { isOn = true }: { isOn?: boolean } = {}): void {
  const id = useId();
  const signature = signatureOf(commands);
  const keys = Object.fromEntries(commands.flatMap((command) => (command.key ? [[command.key, () => (command.unavailable === undefined ? command.run() : false)]] : [])));
  useKeys(keys, { isOn });
  useEffect(() => {
    if (isOn) latest.set(id, commands);
  });
  useEffect(() => {
    if (!isOn) return undefined;
    offer(id, (latest.get(id) ?? []).map((command, index) => ({ ...command, run: () => latest.get(id)?.[index]?.run() })));
    return () => {
      latest.delete(id);
      offer(id, null);
    };
  }, [id, isOn, signature]);
}

const latest = new Map<string, readonly Command[]>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The verbs now offered, by the component that offers them. */
export const useOfferedCommands = (): ReadonlyMap<string, readonly Command[]> => useSyncExternalStore(subscribe, () => offered);
