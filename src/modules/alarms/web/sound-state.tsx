import { useEffect, useSyncExternalStore } from 'react';
import { useMay } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import type { Priority } from '#ui/priority.tsx';
import { useRinging, useSound } from '#ui/sound.ts';
import type { Alarm } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './queue-pane.module.css';

const NOTHING: ReadonlyMap<string, Priority> = new Map();

/** Rings for what is unacknowledged, at the desks of those who may acknowledge it. */
export function useAlarmSound(alarms: readonly Alarm[]): void {
  const mayHandle = useMay('alarms:handle');
  const waiting = alarms.filter((alarm) => alarm.handling === 'unacknowledged').map((alarm) => [alarm.id, alarm.priority as Priority] as const);
  useRinging(mayHandle ? new Map(waiting) : NOTHING);
}

const subscribe = (listener: () => void): (() => void) => {
  const later = (): void => void setTimeout(listener);
  addEventListener('pointerdown', later);
  addEventListener('keydown', later);
  return () => {
    removeEventListener('pointerdown', later);
    removeEventListener('keydown', later);
  };
};

// A browser lets a page sound only after a press or a key; until then an alarm would be silent.
const wasPressed = (): boolean => navigator.userActivation?.hasBeenActive ?? true;

/** Says that this desk is silent, where it is, and how to change that. */
export function SoundState() {
  const mayHandle = useMay('alarms:handle');
  const { isBlocked } = useSound();
  const isPressed = useSyncExternalStore(subscribe, wasPressed);
  if (!mayHandle || (isPressed && !isBlocked)) return null;
  return <Button className={css.sound} icon="mute">{t('watch.sound.off')}</Button>;
}

/** Loads what a key may open, once the board stands. */
export function useLater(load: () => Promise<unknown>): void {
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), 1_500);
    return () => clearTimeout(timer);
  }, [load]);
}
