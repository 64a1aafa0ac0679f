import { type KeyboardEvent, useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList, useSend } from '#platform/web/query.ts';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import fieldCss from '#ui/field.module.css';
import { Icon } from '#ui/icon.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, CutStrip, Empty } from '#ui/states.tsx';
import { Disc } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addLogEntry, type Incident, listLog, type LogEntry, LogKind } from '../contract.ts';
import { ageWords } from '#ui/times.ts';
import css from './incidents.module.css';
import { REACHED_BY_KEYS } from './scrolling.ts';
import { t as m } from './merge/messages.en.ts';
import { t } from './messages.en.ts';
import type { Strikable } from './strike-dialog.tsx';

const LATE_MS = 60_000;

/** Of which incident the log is, as a page of it knows it. */
type Logged = Pick<Incident, 'id' | 'logCount' | 'timeZone'> & { merged?: Incident['merged'] };
type LogPanelProps = { incident: Logged; mayWrite: boolean; onStrike: (line: Strikable) => void };

/** The command log, the latest first, with the line to write into it at its foot: `M` goes there, Enter writes. */
export function LogPanel({ incident, mayWrite, onStrike }: LogPanelProps) {
  const list = useList('incidents', listLog, { id: incident.id, limit: 100 });
  const note = incident.logCount > 0 ? t('incidents.log.count', { n: incident.logCount }) : undefined;
  return (
    <Panel title={t('incidents.log')} note={note} className={css.log}>
      <CutStrip />
      <div className={css.entries} {...REACHED_BY_KEYS} role="group" aria-label={t('incidents.log.entries')}>
        <Asked reading={list}>
          {(entries) => (
            <>
              {entries.length === 0 && <Empty>{mayWrite ? t('incidents.log.empty') : t('incidents.log.none')}</Empty>}
              <ol className={css.entryList}>
                {entries.map((entry) => <Entry key={entry.id} entry={entry} first={entries.find(({ id }) => id === entry.corrects)} zone={incident.timeZone} {...(mayWrite && { onStrike: () => onStrike({ kind: 'log', id: entry.id, words: entry.text }) })} />)}
              </ol>
              {list.more && <Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('incidents.log.more')}</Button>}
            </>
          )}
        </Asked>
        {incident.merged?.filter(({ logCount }) => logCount > 0).map((one) => <MergedLog key={one.id} of={one} zone={incident.timeZone} />)}
      </div>
      {mayWrite && <Composer incident={incident} />}
    </Panel>
  );
}

/** The log of an incident that was merged into this one; it is written and struck there. */
function MergedLog({ of, zone }: { of: Incident['merged'][number]; zone: string | null }) {
  const list = useList('incidents', listLog, { id: of.id, limit: 100 });
  return (
    <section aria-label={m('merge.log', { number: of.number })}>
      <h3 className={css.logOf}>{m('merge.log', { number: of.number })}</h3>
      <Asked reading={list}>
        {(entries) => (
          <>
            <ol className={css.entryList}>{entries.map((entry) => <Entry key={entry.id} entry={entry} first={entries.find(({ id }) => id === entry.corrects)} zone={zone} />)}</ol>
            {list.more && <Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('incidents.log.more')}</Button>}
          </>
        )}
      </Asked>
    </section>
  );
}

function Entry({ entry, first, zone, onStrike }: { entry: LogEntry; first: LogEntry | undefined; zone: string | null; onStrike?: () => void }) {
  const lateMs = Date.parse(entry.notedAt) - Date.parse(entry.at);
  const aheadMs = entry.writtenAt === null ? 0 : Date.parse(entry.writtenAt) - Date.parse(entry.notedAt);
  const isStruck = entry.struckAt !== null;
  return (
    <li className={cx(css.entry, entry.kind === 'decision' && css.decision)}>
      <Disc name={entry.author} size={22} label />
      <div className={css.entryWords}>
        <div className={css.entryTime}>
          <TwoTimes at={entry.at} siteZone={zone ?? undefined} />
          {lateMs > LATE_MS && <span className={css.late}>{t('incidents.log.late', { time: ageWords(lateMs) })}</span>}
          {entry.writtenAt !== null && <span className="t2" title={entry.writtenAt}>{t('incidents.log.field')}{aheadMs > LATE_MS && `, ${t('incidents.log.skew', { time: entry.writtenAt })}`}</span>}
        </div>
        {first && <p className="small t2">{t('incidents.log.corrects', { text: first.text.slice(0, 120) })}</p>}
        <p className={cx(css.entryText, isStruck && css.struck)}>{entry.kind !== 'note' && <b>{t(`incidents.log.kind.${entry.kind}`)}. </b>}{entry.text}</p>
        {isStruck && <p className="small t2">{t('incidents.struck', { who: entry.struckBy ?? '', why: entry.struckReason ?? '' })}</p>}
      </div>
      {onStrike && !isStruck && <Button look="quiet" className={css.strike} onClick={onStrike}>{t('incidents.strike')}<span className="unseen"> {entry.text.slice(0, 60)}</span></Button>}
    </li>
  );
}

function Composer({ incident }: { incident: Logged }) {
  const adding = useSend('incidents', addLogEntry);
  const now = useNow();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [kind, setKind] = useState<(typeof LogKind.options)[number]>('note');
  const [at, setAt] = useState<string | null>(null);
  const [saysWhen, setSaysWhen] = useState(false);
  useCommands([{ key: 'M', title: t('incidents.log.write'), run: () => box.current?.focus() }]);
  const write = async (): Promise<void> => {
    if (text.trim() === '' || adding.isBusy) return;
    try {
      await adding.send({ id: incident.id, text: text.trim(), kind, ...(saysWhen && at !== null && { at }) });
      setText('');
      setKind('note');
      setAt(null);
      setSaysWhen(false);
      say(t('incidents.log.written'));
    } catch {
      box.current?.focus();
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') box.current?.blur();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void write();
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); void write(); }}>
      {adding.problem && <p className={css.fault} role="alert"><Icon name="warning" size={13} />{adding.problem.detail}</p>}
      <label className={css.composerBox}>
        <span className="unseen">{t('incidents.log.write')}</span>
        <textarea ref={box} rows={2} className={fieldCss.input} maxLength={4_000} placeholder={t('incidents.log.placeholder')} value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKey} />
        {text === '' && <span className={css.composerKey}><KeyCap k="M" /></span>}
      </label>
      {saysWhen && <MomentField label={t('incidents.log.when')} value={at} onValue={setAt} timeZone={incident.timeZone ?? 'UTC'} />}
      <div className={css.composerFoot}>
        <select className={fieldCss.input} aria-label={t('incidents.log.kind')} value={kind} onChange={(event) => setKind(LogKind.options.find((one) => one === event.target.value) ?? 'note')}>
          {LogKind.options.map((one) => <option key={one} value={one}>{t(`incidents.log.kind.${one}`)}</option>)}
        </select>
        <Button look="quiet" icon="clock" aria-pressed={saysWhen} onClick={() => { setSaysWhen(!saysWhen); setAt(saysWhen ? null : now.toISOString()); }}>{t('incidents.log.earlier')}</Button>
        <span className="space" />
        <Button type="submit" isBusy={adding.isBusy} disabled={text.trim() === ''} keyCap="Enter">{t('incidents.log.add')}</Button>
      </div>
    </form>
  );
}
