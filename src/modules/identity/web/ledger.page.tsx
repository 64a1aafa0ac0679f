import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { getHead, type LedgerEntry, type LedgerHead, listEntries } from '#platform/ledger/contract.ts';
import { VerifyButton } from '#platform/verify/web/public.tsx';
import { LookFurther, Witnesses, WitnessState } from '#platform/ledger/web/public.tsx';
import { spokenLanguage } from '#platform/web/messages.ts';
import { useList, useRead } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Chip, ListFoot, ListPage } from '#ui/list-page.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { dayWords, timeWords } from '#ui/times.ts';
import { wallAt } from '#ui/zone.ts';
import { CopyBox } from './copy-box.tsx';
import { EntryDetail, RecordWords, verbWords } from './ledger-entry.tsx';
import css from './ledger.module.css';
import { t } from './messages.en.ts';

const VIEW = viewOf({ show: one(['records', 'all']), verb: text(), actor: text(), actorName: text(), record: text(), from: text(), to: text(), peek: text() });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VERB = /^[A-Za-z0-9_.:-]{1,100}$/;

const COLUMNS: readonly Column<LedgerEntry>[] = [
  { key: 'n', title: t('ledger.leaf'), width: 80, cell: (entry) => <span className="mono t2">{entry.n}</span> },
  { key: 'at', title: t('ledger.time'), width: 190, cell: (entry) => <TwoTimes at={entry.at} seconds /> },
  { key: 'actor', title: t('ledger.actor'), width: 220, cell: (entry) => entry.actor.name },
  { key: 'verb', title: t('ledger.verb'), cell: (entry) => <><b className="strong">{verbWords(entry.verb).words}</b> <span className="t3">{verbWords(entry.verb).module}</span></> },
  { key: 'record', title: t('ledger.record'), isSpare: true, cell: (entry) => entry.record && <RecordWords record={entry.record} /> },
];

/** A typed word as the server takes it: a whole verb, or a module with its dot. */
const verbOf = (typed: string | undefined): string | undefined => {
  const word = typed?.trim().toLowerCase().replaceAll(' ', '-');
  if (!word || !VERB.test(word)) return undefined;
  return word.includes('.') ? word : `${word}.`;
};

const inWords = (iso: string): string => {
  const wall = wallAt(new Date(iso), readersZone());
  return `${dayWords(wall)} ${timeWords(wall)}`;
};

const timeFilter = (from: string | undefined, to: string | undefined): string =>
  from && to ? t('ledger.filter.from-to', { from: inWords(from), to: inWords(to) }) : from ? t('ledger.filter.since', { from: inWords(from) }) : t('ledger.filter.until', { to: inWords(to ?? '') });

const instant = (typed: string | undefined): string | undefined => (typed && !Number.isNaN(Date.parse(typed)) ? typed : undefined);

export default function LedgerPage() {
  const [view, setView] = useView(VIEW);
  const [asking, setAsking] = useState<'actor' | 'time' | null>(null);
  useWhere({ title: t('ledger.title') });
  const [from, to] = [instant(view.from), instant(view.to)];
  const record = view.record && UUID.test(view.record) ? view.record : undefined;
  const actor = view.actor && UUID.test(view.actor) ? view.actor : undefined;
  const list = useList('ledger', listEntries, { show: view.show, verb: verbOf(view.verb), actor, record, from, to });
  const peeked = list.data?.find((entry) => String(entry.n) === view.peek);
  const isFiltered = [view.verb, actor, record, from, to].some((one) => one !== undefined);
  const clear = (): void => setView({ verb: undefined, actor: undefined, actorName: undefined, record: undefined, from: undefined, to: undefined });
  return (
    <>
      <ListPage
        title={t('ledger.title')}
        actions={<><VerifyButton /><Button onClick={list.again}>{t('ledger.again')}</Button><Button onClick={() => location.assign('/api/ledger/export')}>{t('ledger.export')}</Button></>}
        filters={<>
          <SearchBox label={t('ledger.filter.verb')} value={view.verb} onValue={(verb) => setView({ verb })} />
          <FilterSelect label={t('ledger.filter.show')} value={view.show} all="records" onValue={(show) => setView({ show: show as typeof view.show })} choices={[{ value: 'records', title: t('ledger.filter.records') }, { value: 'all', title: t('ledger.filter.all') }]} />
          {actor ? <Chip name={t('ledger.filter.actor')} value={view.actorName ?? ''} onRemove={() => setView({ actor: undefined, actorName: undefined })} /> : <Button icon="filter" look="quiet" onClick={() => setAsking('actor')}>{t('ledger.filter.actor')}</Button>}
          {from || to ? <Chip name={t('ledger.filter.time')} value={timeFilter(from, to)} onRemove={() => setView({ from: undefined, to: undefined })} /> : <Button icon="filter" look="quiet" onClick={() => setAsking('time')}>{t('ledger.filter.time')}</Button>}
          {record && <Chip name={t('ledger.filter.record')} value={list.data?.[0]?.record?.title ?? t('ledger.filter.record.one')} onRemove={() => setView({ record: undefined })} />}
        </>}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: String(peeked.n), onClose: () => setView({ peek: undefined }), body: <EntryDetail entry={peeked} onOnlyRecord={peeked.record && !record ? () => setView({ record: peeked.record?.id }) : undefined} /> } : null}
      >
        <Head />
        <Asked reading={list}>
          {(entries) => entries.length === 0 && list.more ? <LookFurther onMore={list.more} isBusy={list.isReadingMore} /> : entries.length === 0 ? <Empty action={isFiltered && <Button onClick={clear}>{t('ledger.clear')}</Button>}>{t(isFiltered ? 'ledger.none' : 'ledger.empty')}</Empty> : (
            <DataTable
              label={t('ledger.entries')} columns={COLUMNS} rows={entries} idOf={(entry) => String(entry.n)} nameOf={(entry) => `${entry.n} ${entry.verb}`} density="tight"
              onOpen={(entry) => setView({ peek: String(entry.n) })} peeked={view.peek} onPeek={(entry) => setView({ peek: entry ? String(entry.n) : undefined })} more={list.more} isReadingMore={list.isReadingMore}
              phone={(entry) => ({ title: `${verbWords(entry.verb).words} (${verbWords(entry.verb).module})`, second: [entry.record?.number ?? entry.record?.title, entry.actor.name].filter(Boolean).join(' · '), right: <TwoTimes at={entry.at} /> })}
            />
          )}
        </Asked>
      </ListPage>
      {asking === 'actor' && <Dialog title={t('ledger.filter.actor')} onClose={() => setAsking(null)}><PersonPicker label={t('ledger.filter.actor')} value={null} onValue={(person) => { setAsking(null); if (person) setView({ actor: person.value, actorName: person.title }); }} /></Dialog>}
      {asking === 'time' && <TimeDialog onClose={() => setAsking(null)} onTime={(times) => { setAsking(null); setView(times); }} />}
    </>
  );
}

function TimeDialog({ onClose, onTime }: { onClose: () => void; onTime: (times: { from: string | undefined; to: string | undefined }) => void }) {
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  return (
    <Dialog title={t('ledger.filter.time')} onClose={onClose} onSubmit={() => onTime({ from: from ?? undefined, to: to ?? undefined })} actions={<><Button type="submit" look="filled">{t('ledger.filter.apply')}</Button><Button onClick={onClose}>{t('identity.cancel')}</Button></>}>
      <MomentField label={t('ledger.filter.from')} value={from} onValue={setFrom} timeZone={readersZone()} isOptional />
      <MomentField label={t('ledger.filter.to')} value={to} onValue={setTo} timeZone={readersZone()} isOptional />
    </Dialog>
  );
}

const EVERY_MS = 10_000;

function Head() {
  const reading = useRead('ledger', getHead, {}, { everyMs: EVERY_MS });
  const [isOpen, setOpen] = useState(false);
  return (
    <Asked reading={reading} waiting={<div className={css.head} />}>
      {(head) => (
        <section className={css.head} aria-label={t('ledger.head')}>
          <HeadLine head={head} />
          <Button look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t('ledger.verify')}</Button>
          {isOpen && <Verify head={head} />}
        </section>
      )}
    </Asked>
  );
}

function HeadLine({ head }: { head: LedgerHead }) {
  useNow();
  if (head.at === null) return <p className="t2">{t('ledger.head.none')}</p>;
  return (
    <dl className={css.line}>
      <div><dt className="label">{t('ledger.size')}</dt><dd className="strong">{head.size.toLocaleString(spokenLanguage())}</dd></div>
      <div><dt className="label">{t('ledger.at')}</dt><dd><TwoTimes at={head.at} seconds /></dd></div>
      <WitnessState />
      <div className={css.root}><dt className="label">{t('ledger.root')}</dt><dd className="mono cut" title={head.root}>{head.root}</dd></div>
    </dl>
  );
}

const Verify = ({ head }: { head: LedgerHead }) => (
  <div className={css.verify}>
    <Witnesses />
    <p className="t2">{t('ledger.verify.what')}</p>
    <CopyBox text="npx parapet verify --full" label={t('ledger.verify')} />
    <p className="t2">{t('ledger.verify.export')}</p>
    {head.note && <><h2 className="label">{t('ledger.note')}</h2><CopyBox text={head.note} label={t('ledger.note')} /></>}
    {head.publicKeys.map((key) => <div key={key}><h2 className="label">{t('ledger.keys')}</h2><CopyBox text={key} label={t('ledger.keys')} /></div>)}
  </div>
);
