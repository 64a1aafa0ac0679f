import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { Field } from './field.tsx';
import fieldCss from './field.module.css';
import { t } from './messages.en.ts';
import css from './picker.module.css';

export type Option = { value: string; title: string; note?: ReactNode };

type PickerProps = {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  isOptional?: boolean;
  /** What is chosen, or `null`. */
  value: Option | null;
  onValue: (option: Option | null) => void;
  /** What fits the typed words: filtered here for a short list, by the server for a long one. */
  options: readonly Option[];
  /** Told what is typed, where the server filters. */
  onWords?: (words: string) => void;
  isSearching?: boolean;
};

const fits = (option: Option, words: string): boolean => words.toLocaleLowerCase().split(/\s+/u).every((word) => option.title.toLocaleLowerCase().includes(word));

/** One of many, found by typing (a site, a person, a classification). The list lies over everything, also in a dialog. */
export function Picker({ label, help, error, isOptional = false, value, onValue, options, onWords, isSearching = false }: PickerProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const shown = onWords || !typed ? options : options.filter((option) => fits(option, typed));
  const current = shown[Math.min(at, shown.length - 1)];
  usePlaced(box, list, isOpen);
  const type = (words: string): void => {
    setTyped(words);
    setAt(0);
    setOpen(true);
    onWords?.(words);
  };
  const choose = (option: Option | null): void => {
    onValue(option);
    setTyped(null);
    setOpen(false);
    if (option === null) onWords?.('');
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      setOpen(false);
      setTyped(null);
    }
    if (event.key === 'Enter' && isOpen && current) {
      event.preventDefault();
      choose(current);
    }
    if (step === undefined) return;
    event.preventDefault();
    setOpen(true);
    if (isOpen) setAt((Math.min(at, shown.length - 1) + step + shown.length) % Math.max(shown.length, 1));
  };
  return (
    <Field label={label} help={help} error={error} isOptional={isOptional}>
      {({ id, describedBy, isInvalid }) => (
        <div ref={box} className={css.box}>
          <input id={id} className={fieldCss.input} role="combobox" aria-expanded={isOpen} aria-controls={listId} aria-autocomplete="list" aria-activedescendant={isOpen && current ? `${listId}${current.value}` : undefined} aria-describedby={describedBy} aria-invalid={isInvalid} autoComplete="off" value={typed ?? value?.title ?? ''} onChange={(event) => type(event.target.value)} onKeyDown={onKey} onClick={() => setOpen(true)} onBlur={() => { setOpen(false); setTyped(null); }} />
          {value && <IconButton className={css.clear} icon="close" label={`${t('ui.picker.clear')}: ${label}`} onClick={() => choose(null)} />}
          <ul ref={list} id={listId} role="listbox" aria-label={label} popover="manual" className={css.list} onPointerDown={(event) => event.preventDefault()}>
            {shown.map((option) => (
              <li key={option.value} id={`${listId}${option.value}`} role="option" aria-selected={option === current} className={cx(css.option, option === current && css.current)} ref={(row) => { if (option === current && isOpen) row?.scrollIntoView({ block: 'nearest' }); }} onClick={() => choose(option)}>
                <span>{option.title}</span>
                {option.note && <span className="t3 small">{option.note}</span>}
              </li>
            ))}
            {shown.length === 0 && <li role="option" aria-disabled="true" aria-selected="false" className={css.none}>{isSearching ? t('ui.waiting') : t('ui.picker.none')}</li>}
          </ul>
        </div>
      )}
    </Field>
  );
}

/** Lays the list under its field, or over it where there is more room; in the browser's top layer, so that nothing cuts it. */
function place(field: DOMRect, list: HTMLElement): void {
  const below = innerHeight - field.bottom - 12;
  const isBelow = below > 220 || below > field.top;
  Object.assign(list.style, {
    left: `${field.left}px`,
    width: `${field.width}px`,
    maxHeight: `${Math.min(320, isBelow ? below : field.top - 12)}px`,
    top: isBelow ? `${field.bottom + 4}px` : 'auto',
    bottom: isBelow ? 'auto' : `${innerHeight - field.top + 4}px`,
  });
}

/** Keeps a list that opens under a field in its place, over everything, while it is open. */
export function usePlaced(box: { current: HTMLElement | null }, list: { current: HTMLElement | null }, isOpen: boolean): void {
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const follow = (): void => {
      if (box.current && list.current) place(box.current.getBoundingClientRect(), list.current);
    };
    const shown = list.current;
    shown?.showPopover();
    follow();
    addEventListener('resize', follow);
    addEventListener('scroll', follow, true);
    return () => {
      removeEventListener('resize', follow);
      removeEventListener('scroll', follow, true);
      if (shown?.matches(':popover-open')) shown.hidePopover();
    };
  }, [box, list, isOpen]);
}
