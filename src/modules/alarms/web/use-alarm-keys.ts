import { type Command, useCommands } from '#platform/web/commands.ts';
import { useMay } from '#platform/web/session.tsx';
import type { Alarm } from '../contract.ts';
import { t } from './messages.en.ts';
import type { Verb } from './next-step.ts';
import type { Handling } from './use-handling.ts';

const KEYS = [
  { key: 'A', verb: 'acknowledge' },
  { key: 'X', verb: 'close' },
  { key: 'S', verb: 'shelve' },
  { key: 'U', verb: 'release' },
  { key: 'I', verb: 'declare' },
  { key: 'C', verb: 'claim' },
  { key: 'F', verb: 'take-over' },
  { key: 'Y', verb: 'return' },
] as const satisfies readonly { key: string; verb: Verb }[];

/** The keys of the Watch on the alarm that is shown, and the mute of the desk. */
export function useAlarmKeys(alarm: Alarm | null, handling: Handling, onMute: () => void): void {
  const may = alarm ? handling.verbsOf(alarm) : new Set<Verb>();
  // One key for both ways: what is shelved comes back.
  const shelf = alarm?.handling === 'shelved' ? 'unshelve' : 'shelve';
  const verbs = KEYS.map(({ key, verb: named }) => ({ key, verb: named === 'shelve' ? shelf : named }) as const).map(({ key, verb }): Command => ({ key, title: t(`watch.key.${verb}`), ...(may.has(verb) ? {} : { unavailable: t('watch.not-now') }), run: () => alarm && handling.start(verb, alarm) }));
  useCommands(verbs);
  useMuteKey(onMute);
}

/** The mute of the desk, wherever it rings. */
export function useMuteKey(onMute: () => void): void {
  const mayMute = useMay('alarms:mute');
  useCommands(mayMute ? [{ key: 'O', title: t('watch.key.mute'), run: onMute }] : []);
}
