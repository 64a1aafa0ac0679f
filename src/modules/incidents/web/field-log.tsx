import { useRef, useState } from 'react';
import { type Command, useDevice, WaitingCommand, writeHere } from '#platform/offline/web/public.tsx';
import { newKey } from '#platform/web/call.ts';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import fieldCss from '#ui/field.module.css';
import { MomentField } from '#ui/moment-field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addLogEntry, LogKind } from '../contract.ts';
import type { IncidentCopy } from './copy.ts';
import css from './field.module.css';
import { t } from './messages.en.ts';

type Kind = (typeof LogKind.options)[number];
type Line = { id: string; at: string; kind: Kind; text: string; author: string; corrects: string | null; isStruck: boolean; command: Command | null };

/** What stands in the log here: what came from the server and what was written on this device, the latest to happen first. */
function linesOf(copy: IncidentCopy, waiting: readonly Command[]): Line[] {
  const known = copy.log.map((entry): Line => ({ id: entry.id, at: entry.at, kind: entry.kind, text: entry.text, author: entry.author, corrects: entry.corrects, isStruck: entry.struckAt !== null, command: null }));
  const here = waiting.filter(({ path, input }) => path === addLogEntry.path && !known.some(({ id }) => id === input['entryId'])).map((command): Line => ({
    id: String(command.input['entryId']), at: String(command.input['at']), kind: command.input['kind'] as Kind, text: command.words, author: '', corrects: (command.input['corrects'] as string | undefined) ?? null, isStruck: false, command,
  }));
  return [...known, ...here].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1));
}

/** The command log of what was taken along, with the line to write into it. */
export function FieldLog({ copy, waiting }: { copy: IncidentCopy; waiting: readonly Command[] }) {
  const [correcting, setCorrecting] = useState<Line | null>(null);
  const lines = linesOf(copy, waiting);
  const mayWrite = copy.mine.includes('incidents:write');
  return (
    <Panel title={t('incidents.log')}>
      {mayWrite && <Composer copy={copy} correcting={correcting} onDone={() => setCorrecting(null)} />}
      {lines.length === 0 && <Empty>{t('incidents.field.empty')}</Empty>}
      <ol>
        {lines.map((line) => {
          const first = line.corrects && lines.find(({ id }) => id === line.corrects);
          return (
            <li key={line.id} className={css.line}>
              <p className="t2 small row"><TwoTimes at={line.at} siteZone={copy.timeZone ?? undefined} /><b>{t(`incidents.log.kind.${line.kind}`)}</b>{line.author}</p>
              {first && <p className={css.first}>{t('incidents.log.corrects', { text: first.text.slice(0, 120) })}</p>}
              <p className={cx(css.words, line.isStruck && css.struck)}>{line.text}</p>
              {line.command ? <WaitingCommand command={line.command} /> : mayWrite && !line.isStruck && <Button look="quiet" className={css.correct} onClick={() => setCorrecting(line)}>{t('incidents.log.correct')}<span className="unseen"> {line.text.slice(0, 60)}</span></Button>}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function Composer({ copy, correcting, onDone }: { copy: IncidentCopy; correcting: Line | null; onDone: () => void }) {
  const { state } = useDevice();
  const box = useRef<HTMLTextAreaElement>(null);
  const isWriting = useRef(false);
  const [text, setText] = useState('');
  const [kind, setKind] = useState<Kind>('observation');
  const [at, setAt] = useState<string | null>(null);
  const [fault, setFault] = useState('');
  const now = (): string => new Date(Date.now() - (state.meta?.skewMs ?? 0)).toISOString();
  const write = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || isWriting.current) return;
    isWriting.current = true;
    try {
      const input = { entryId: newKey(), kind, text: words, at: at ?? now(), ...(correcting && { corrects: correcting.id }) };
      await writeHere({ recordId: copy.id, module: 'incidents', path: addLogEntry.path, input, words, baseVersion: copy.version });
      setText('');
      setAt(null);
      setFault('');
      onDone();
      say(t('incidents.field.written'));
    } catch (error) {
      setFault((error as Error).message);
    } finally {
      isWriting.current = false;
      box.current?.focus();
    }
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); void write(); }}>
      {fault && <p className={css.fault} role="alert">{fault}</p>}
      {correcting && <p className="row small"><span className={css.first}>{t('incidents.log.corrects', { text: correcting.text.slice(0, 120) })}</span><Button look="quiet" onClick={onDone}>{t('incidents.log.correcting.not')}</Button></p>}
      <label className={css.box}>
        <span className="unseen">{t('incidents.log.write')}</span>
        <textarea ref={box} rows={3} className={fieldCss.input} maxLength={4_000} placeholder={t('incidents.log.placeholder')} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {at !== null && <MomentField label={t('incidents.log.when')} value={at} onValue={(value) => setAt(value ?? at)} timeZone={copy.timeZone ?? 'UTC'} />}
      <div className={css.foot}>
        <select className={fieldCss.input} aria-label={t('incidents.log.kind')} value={kind} onChange={(event) => setKind(LogKind.options.find((one) => one === event.target.value) ?? 'note')}>
          {LogKind.options.map((one) => <option key={one} value={one}>{t(`incidents.log.kind.${one}`)}</option>)}
        </select>
        <Button look="quiet" icon="clock" aria-pressed={at !== null} onClick={() => setAt(at === null ? now() : null)}>{t('incidents.log.earlier')}</Button>
        <span className="space" />
        <Button type="submit" look="filled" size="large" disabled={text.trim() === ''}>{t('incidents.log.add')}</Button>
      </div>
    </form>
  );
}
