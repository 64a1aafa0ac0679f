import { useEffect, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { Icon } from './icon.tsx';
import { KeyCap } from './key-cap.tsx';
import css from './search-box.module.css';

type SearchBoxProps = {
  label: string;
  value: string | undefined;
  onValue: (value: string | undefined) => void;
  /** The key that goes there, `F` unless said. */
  keyCap?: string;
};

const PAUSE_MS = 250;

/** Words to filter a list by, told a moment after the last key; Escape empties it. */
export function SearchBox({ label, value, onValue, keyCap = 'F' }: SearchBoxProps) {
  const [typed, setTyped] = useState(value ?? '');
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(value ?? '');
  useEffect(() => {
    if ((value ?? '') === told.current) return;
    told.current = value ?? '';
    setTyped(value ?? '');
  }, [value]);
  useEffect(() => {
    if (typed.trim() === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = typed.trim();
      onValue(typed.trim() || undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, onValue]);
  useCommands([{ key: keyCap, title: label, run: () => input.current?.focus() }]);
  return (
    <label className={css.box}>
      <Icon name="search" size={13} />
      <span className="unseen">{label}</span>
      <input ref={input} type="search" placeholder={label} value={typed} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => { if (event.key === 'Escape' && typed !== '') { event.preventDefault(); setTyped(''); } }} />
      <KeyCap k={keyCap} />
    </label>
  );
}
