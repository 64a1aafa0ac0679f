import { useEffect, useRef } from 'react';

/** What a key does; `false` hands it on to what lies below. */
export type KeyAction = (event: KeyboardEvent) => unknown;

/**
 * Keys by name: `J`, `Shift+J`, `Ctrl+K` (also the Command key), `Enter`, `Space`, `Escape`, `[`, and sequences with a
 * space between (`G W`). Letters don't mind the shift lock.
 */
export type Keys = Readonly<Record<string, KeyAction>>;

type Layer = { readonly keys: () => Keys; readonly isModal: boolean };

const layers: Layer[] = [];
let started: { word: string; at: number } | null = null;
const SEQUENCE_MS = 1_000;
const OFF = 'parapet.single-keys';

/** Whether single keys act (WCAG 2.1.4); kept on this device. */
export const singleKeysAct = (): boolean => globalThis.localStorage?.getItem(OFF) !== 'off';
/** Switches single keys on or off on this device. */
export const setSingleKeysAct = (act: boolean): void => (act ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, 'off'));

/** The name of the key that was pressed, as `Keys` writes it. */
export function nameOfKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const isLetter = /^\p{L}$/u.test(event.key);
  const key = event.key === ' ' ? 'Space' : isLetter ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (isLetter || key.length > 1) ? 'Shift+' : '';
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${key}`;
}

const NOT_TEXT = new Set(['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file']);

const isTextField = (target: EventTarget | null): boolean => {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !NOT_TEXT.has(target.type);
};

const isPressable = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, a[href], summary, input, [role="tab"], [role="menuitem"], [role="option"]') !== null;

function mayAct(name: string, event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented) return false;
  if (name === 'Escape' || name.startsWith('Ctrl+')) return true;
  if (isTextField(event.target) || !singleKeysAct()) return false;
  return !((name === 'Enter' || name === 'Space') && isPressable(event.target));
}

function find(name: string): KeyAction[] {
  const found: KeyAction[] = [];
  for (const layer of layers.toReversed()) {
    const action = layer.keys()[name];
    if (action) found.push(action);
    if (layer.isModal) break;
  }
  return found;
}

const beginsSequence = (name: string): boolean => layers.some((layer) => Object.keys(layer.keys()).some((key) => key.startsWith(`${name} `)));

function onKeyDown(event: KeyboardEvent): void {
  const name = nameOfKey(event);
  if (!mayAct(name, event)) return;
  const now = Date.now();
  const sequence = started && now - started.at < SEQUENCE_MS ? find(`${started.word} ${name}`) : [];
  started = sequence.length === 0 && beginsSequence(name) ? { word: name, at: now } : null;
  for (const action of sequence.length > 0 ? sequence : find(name)) {
    if (action(event) === false) continue;
    event.preventDefault();
    return;
  }
}

function addLayer(layer: Layer): () => void {
  if (layers.length === 0) document.addEventListener('keydown', onKeyDown);
  layers.push(layer);
  return () => {
    layers.splice(layers.indexOf(layer), 1);
    if (layers.length === 0) document.removeEventListener('keydown', onKeyDown);
  };
}

/** Binds keys while the component stands. The latest layer comes first; a modal one hides those below it. */
export function useKeys(keys: Keys, { isModal = false, isOn = true }: { isModal?: boolean; isOn?: boolean } = {}): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => (isOn ? addLayer({ keys: () => latest.current, isModal }) : undefined), [isModal, isOn]);
}
