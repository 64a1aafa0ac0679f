import { useEffect, useRef } from 'react';
import { useMe } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import type { Alarm } from '../contract.ts';
import { t } from './messages.en.ts';
import { takenFrom } from './queue.ts';

/** Tells the reader when somebody took over what they held. */
export function useTaken(alarms: readonly Alarm[]): void {
  const me = useMe().personId;
  const mine = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    for (const alarm of takenFrom(mine.current, alarms, me)) announce(t('watch.taken', { name: alarm.owner ?? '', number: alarm.number }));
    mine.current = new Set(alarms.filter((alarm) => alarm.ownerId === me).map((alarm) => alarm.id));
  }, [alarms, me]);
}
