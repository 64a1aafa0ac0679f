import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { type Hit, search } from '#platform/search/contract.ts';
import { call, ProblemError } from '#platform/web/call.ts';
import { type Command, useOfferedCommands } from '#platform/web/commands.ts';
import { useKeys } from '#platform/web/keys.ts';
import { useGo, useRecordAddress } from '#platform/web/navigation.tsx';
import { useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { WallLock } from '#ui/wall-edge.tsx';
import css from './command-bar.module.css';
import { grouped, type Offer } from './finding.ts';
import { t } from './messages.en.ts';
import { kinds, roomsFor } from './modules.ts';

/** A pause in typing after which is searched. */
const PAUSE_MS = 120;

/** Finds any record that I may see, goes to any page, does any verb of the page. */
export default function CommandBar({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const isDue = useRef(false);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const found = useFound(words.trim());
  const groups = useOffers(words.trim(), found.hits);
  const offers = groups.flatMap((group) => group.offers);
  const current = offers[Math.min(at, offers.length - 1)];
  useKeys({ Escape: onClose, 'Ctrl+K': onClose }, { isModal: true });
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const run = (offer: Offer | undefined): void => {
    if (!offer || offer.unavailable) return;
    onClose();
    queueMicrotask(offer.run);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && found.isSearching && !offersNow(current)) isDue.current = true;
    else if (event.key === 'Enter') run(current);
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step !== undefined) setAt((Math.min(at, offers.length - 1) + step + offers.length) % Math.max(offers.length, 1));
  };
  // Whoever pressed Enter before the answer was there means what it brings, not what stood there before.
  useEffect(() => {
    if (!isDue.current || found.isSearching) return;
    isDue.current = false;
    run(current);
  });
  return (
    <dialog ref={dialog} className={css.bar} aria-label={t('shell.command')} onCancel={(event) => event.preventDefault()} onClick={(event) => event.target === dialog.current && onClose()}>
      <div className={css.field}>
        <Icon name="search" />
        <input role="combobox" aria-label={t('shell.command')} aria-expanded="true" aria-controls={id} aria-autocomplete="list" aria-activedescendant={current ? `${id}${current.key}` : undefined} autoComplete="off" spellCheck={false} placeholder={t('shell.command.placeholder')} value={words} onKeyDown={onKey} onChange={(event) => { setWords(event.target.value); setAt(0); isDue.current = false; }} />
        <KeyCap k="Escape" />
      </div>
      <div id={id} role="listbox" aria-label={t('shell.command.results')} className={css.list}>
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className={cx('label', css.group)} aria-hidden="true">{group.title}</div>
            {group.offers.map((offer) => (
              <div key={offer.key} id={`${id}${offer.key}`} role="option" aria-selected={offer === current} aria-disabled={offer.unavailable !== undefined} className={cx(css.offer, offer === current && css.current)} ref={(row) => { if (offer === current) row?.scrollIntoView({ block: 'nearest' }); }} onPointerMove={() => setAt(offers.indexOf(offer))} onClick={() => run(offer)}>
                {offer.isWalled && <WallLock label={t('shell.walled')} />}
                {offer.number && <span className="mono t2">{offer.number}</span>}
                <span className="cut">{offer.title}</span>
                <span className="space" />
                <span className="t3 small cut">{offer.unavailable ?? offer.note}</span>
                {offer.keyCap && <KeyCap k={offer.keyCap} />}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p className={css.note}><span role="status">{noteOf(words.trim(), offers.length, found)}</span> {found.problem && <Button look="quiet" onClick={found.again}>{t('shell.command.again')}</Button>}</p>
    </dialog>
  );
}

type Found = { hits: readonly Hit[]; isSearching: boolean; problem: ProblemError | null; again: () => void };

/** Commands and pages do not wait for the answer. */
const offersNow = (offer: Offer | undefined): boolean => offer !== undefined && !offer.key.startsWith('r');

function noteOf(words: string, count: number, { isSearching, problem }: Found): string {
  if (words.length < 2) return t('shell.command.short');
  if (isSearching) return t('shell.command.searching');
  if (problem) return t('shell.command.failed', { detail: problem.detail });
  return t(count === 0 ? 'shell.command.none' : 'shell.command.keys');
}

function useFound(words: string): Found {
  const [asked, setAsked] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const query = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) => call('search', search, { q: asked }, { signal }),
    enabled: asked.length >= 2,
    placeholderData: (before) => before,
    retry: false,
    staleTime: 10_000,
  });
  const isSearching = words.length >= 2 && (query.isFetching || asked !== words);
  return { hits: words.length < 2 ? [] : (query.data?.items ?? []), isSearching, problem: !isSearching && query.error instanceof ProblemError ? query.error : null, again: () => void query.refetch() };
}

function useOffers(words: string, hits: readonly Hit[]) {
  const me = useMe();
  const go = useGo();
  const addressOf = useRecordAddress();
  const offered = [...useOfferedCommands().values()].flat().filter((command) => !command.isKeyOnly);
  const commands = offered.map((command: Command, at): Offer => ({ key: `c${at}`, title: command.title, run: command.run, ...(command.key && { keyCap: command.key }), ...(command.unavailable && { unavailable: command.unavailable }) }));
  const pages = roomsFor(me.permissions).flatMap((room) => room.pages.map((page): Offer => ({ key: `p${page.path}`, title: page.title, note: t(`room.${room.key}`), run: () => go(page.path) })));
  const found = hits.flatMap((hit): (Offer & { kind: string })[] => {
    const address = addressOf(hit.kind, hit.id);
    return address === null ? [] : [{ key: `r${hit.id}`, kind: hit.kind, title: hit.title, number: hit.number ?? '', isWalled: hit.isWalled, ...(hit.isNear && { note: t('shell.command.near') }), run: () => go(address) }];
  });
  return grouped({ words, commands, pages, found, titles: { commands: t('shell.command.commands'), pages: t('shell.command.pages') }, kindTitle: (kind) => kinds.get(kind) ?? kind });
}
