import { useEffect, useSyncExternalStore } from 'react';
import type { Priority } from './priority.tsx';
import { FALLING, LONGEST_MUTE_MS, type Pattern, RingPlan } from './ring-plan.ts';

/** `mutedUntil`: shown in the top bar. `isBlocked`: the browser wants a key or a press before it sounds. */
export type SoundState = { mutedUntil: Date | null; isBlocked: boolean; isOn: boolean };

const plan = new RingPlan();
const rooms = new Set<object>();
const listeners = new Set<() => void>();
let state: SoundState = { mutedUntil: null, isBlocked: false, isOn: false };
let audio: AudioContext | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

const say = (change: Partial<SoundState>): void => {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
};

const unblock = (): void => {
  void audio?.resume().then(() => say({ isBlocked: audio?.state !== 'running' }));
};

function tone(context: AudioContext, hz: number, start: number, lengthS: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = 'triangle';
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.28, start + 0.015);
  gain.gain.setValueAtTime(0.28, start + lengthS - 0.04);
  gain.gain.linearRampToValueAtTime(0, start + lengthS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + lengthS);
}

function sound({ tonesHz, toneS }: Pattern): void {
  audio ??= new AudioContext();
  if (audio.state !== 'running') {
    say({ isBlocked: true });
    unblock();
    return;
  }
  for (const [at, hz] of tonesHz.entries()) tone(audio, hz, audio.currentTime + 0.02 + at * (toneS + 0.05), toneS);
}

const isMuted = (now: number): boolean => state.mutedUntil !== null && now < state.mutedUntil.getTime();

function tick(): void {
  const now = Date.now();
  if (state.mutedUntil && !isMuted(now)) say({ mutedUntil: null });
  const pattern = plan.due(now);
  if (pattern && !isMuted(now)) sound(pattern);
}

/** The tone of a missed hand-over or a lost connection; only where a room with sound stands. */
export const soundFalling = (): void => {
  if (rooms.size > 0 && !isMuted(Date.now())) sound(FALLING);
};

/** Silence for a length, at most ten minutes; the page records it and says why. */
export const mute = (lengthMs: number): Date => {
  const until = new Date(Date.now() + Math.min(Math.max(lengthMs, 0), LONGEST_MUTE_MS));
  say({ mutedUntil: until });
  return until;
};

/** Ends the mute. */
export const unmute = (): void => say({ mutedUntil: null });

/**
 * Rings for what is unacknowledged while this room stands (the Watch, dispatch, the field): each by its priority's
 * pattern, until it is out of the map. Without the hook there is no sound anywhere.
 */
export function useRinging(waiting: ReadonlyMap<string, Priority>): void {
  useEffect(() => {
    const room = {};
    rooms.add(room);
    timer ??= setInterval(tick, 500);
    document.addEventListener('pointerdown', unblock);
    document.addEventListener('keydown', unblock);
    say({ isOn: true });
    return () => {
      rooms.delete(room);
      if (rooms.size > 0) return;
      clearInterval(timer);
      timer = undefined;
      plan.set(new Map());
      document.removeEventListener('pointerdown', unblock);
      document.removeEventListener('keydown', unblock);
      say({ isOn: false, isBlocked: false });
    };
  }, []);
  useEffect(() => {
    plan.set(waiting);
    tick();
  }, [waiting]);
}

/** How sound stands, for the top bar and the Watch. */
export const useSound = (): SoundState =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
