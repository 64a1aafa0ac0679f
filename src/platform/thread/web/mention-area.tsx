import { type KeyboardEvent, type Ref, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useRead } from '#platform/web/query.ts';
import { say } from '#ui/announcer.tsx';
import { cx } from '#ui/class-names.ts';
import fieldCss from '#ui/field.module.css';
import { usePlaced } from '#ui/picker.tsx';
import listCss from '#ui/picker.module.css';
import { findMentionable } from '../contract.ts';
import { isNamed, nameBeingTyped } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './thread.module.css';

export type Person = { id: string; name: string };
/** What is being written, with whom was chosen while writing. */
export type Draft = { text: string; chosen: readonly Person[] };
export const NO_WORDS: Draft = { text: '', chosen: [] };

/** Whom a draft mentions: chosen, and still named in the text. */
export const namedIn = ({ text, chosen }: Draft): Person[] => chosen.filter((one, at) => isNamed(text, one.name) && chosen.findIndex(({ id }) => id === one.id) === at);

type MentionAreaProps = { label: string; recordId: string; draft: Draft; onDraft: (draft: Draft) => void; onSend: () => void; onGiveUp: () => void; placeholder?: string; rows?: number; ref?: Ref<HTMLTextAreaElement> };

/** Several lines in which @ offers people who see the record; Enter sends, with Shift it begins a line. */
export function MentionArea({ label, recordId, draft, onDraft, onSend, onGiveUp, placeholder, rows = 2, ref }: MentionAreaProps) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const [typing, setTyping] = useState<ReturnType<typeof nameBeingTyped>>(null);
  const [at, setAt] = useState(0);
  const found = useRead('thread', findMentionable, { recordId, q: typing?.words.trim() || undefined }, { isOn: typing !== null });
  const fitting = typing === null ? [] : (found.data?.items ?? []).filter(({ name }) => name.toLocaleLowerCase().includes(typing.words.trim().toLocaleLowerCase()));
  // Once what follows the @ fits nobody it is no name, and Enter sends.
  const isOpen = typing !== null && (fitting.length > 0 || (found.state === 'ready' && typing.words.length <= 2));
  const current = fitting[Math.min(at, fitting.length - 1)];
  usePlaced(box, list, isOpen);
  useEffect(() => {
    if (isOpen && fitting.length > 0) say(t('thread.names.found', { n: fitting.length }));
  }, [isOpen, fitting.length]);
  const choose = (person: Person): void => {
    const area = box.current?.querySelector('textarea');
    if (!typing || !area) return;
    const text = `${draft.text.slice(0, typing.at)}@${person.name} ${draft.text.slice(typing.at + 1 + typing.words.length).replace(/^ /, '')}`;
    // At once: what is typed right behind must not come before the caret stands.
    flushSync(() => {
      onDraft({ text, chosen: [...draft.chosen, person] });
      setTyping(null);
    });
    const caret = typing.at + person.name.length + 2;
    area.focus();
    area.setSelectionRange(caret, caret);
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      return isOpen ? setTyping(null) : onGiveUp();
    }
    if (isOpen && step !== undefined && fitting.length > 0) {
      event.preventDefault();
      return setAt((Math.min(at, fitting.length - 1) + step + fitting.length) % fitting.length);
    }
    if ((event.key !== 'Enter' && !(event.key === 'Tab' && isOpen && current)) || event.shiftKey || event.nativeEvent.isComposing) return undefined;
    event.preventDefault();
    return isOpen && current ? choose(current) : onSend();
  };
  const type = (text: string, caret: number): void => {
    onDraft({ ...draft, text });
    setTyping(nameBeingTyped(text, caret));
    setAt(0);
  };
  return (
    <div ref={box} className={css.box}>
      <textarea
        ref={ref} rows={rows} className={fieldCss.input} maxLength={4_000} placeholder={placeholder} aria-label={label} aria-autocomplete="list" aria-controls={listId} aria-activedescendant={isOpen && current ? `${listId}${current.id}` : undefined}
        value={draft.text} onChange={(event) => type(event.target.value, event.target.selectionStart)} onKeyDown={onKey} onBlur={() => setTyping(null)}
      />
      <ul ref={list} id={listId} role="listbox" aria-label={t('thread.names')} popover="manual" className={listCss.list} onPointerDown={(event) => event.preventDefault()}>
        {fitting.map((person) => <li key={person.id} id={`${listId}${person.id}`} role="option" aria-selected={person === current} className={cx(listCss.option, person === current && listCss.current)} onClick={() => choose(person)}>{person.name}</li>)}
        {fitting.length === 0 && <li role="option" aria-disabled="true" aria-selected="false" className={listCss.none}>{t('thread.names.none')}</li>}
      </ul>
    </div>
  );
}
