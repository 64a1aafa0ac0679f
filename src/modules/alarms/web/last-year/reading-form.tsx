import { useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { LocalTime, type TimeForm, TIME_FORMS } from '#engines/alarm-analysis/local-time.ts';
import { type Import, readImport } from '#platform/imports/contract.ts';
import type { Reply } from '#platform/kernel/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { useTypes } from '../rules/types.ts';
import { beginAnalysis, getAnalysis, listAnalyses, readWords } from '../../past-contract.ts';
import { type PastCells, readPast, type Reading } from '../../past-rules.ts';
import css from './last-year.module.css';
import { t } from './messages.en.ts';
import { FindingWords, TypeWords } from './words-tables.tsx';

const COLUMNS = ['raised_on', 'raised_at', 'device', 'site', 'type', 'finding', 'closed_at', 'external_id'] as const;
const ZONES = Intl.supportedValuesOf('timeZone');
type Words = Reply<typeof readWords>;
type Said = Partial<Pick<Reading, 'types' | 'findings'>>;

/** How one file is read: recognised, shown, and confirmed by a person before anything is taken. */
export function ReadingForm({ importId, onBack, onBegun }: { importId: string; onBack: () => void; onBegun: (id: string) => void }) {
  const reading = useRead('imports', readImport, { id: importId });
  return (
    <AskedRecord reading={reading} title={t('past.title')}>
      {(file) => (
        <>
          <div className="row"><b className="head">{file.name}</b><span className="space" /><Button onClick={onBack}>{t('past.back')}</Button></div>
          {file.state === 'unreadable' || file.state === 'coming' ? <Panel title={t('past.unreadable')}><Empty>{file.fault ?? t('past.unreadable')}</Empty></Panel> : <Form file={file} onBegun={onBegun} />}
        </>
      )}
    </AskedRecord>
  );
}

function Form({ file, onBegun }: { file: Import; onBegun: (id: string) => void }) {
  const cache = useQueryClient();
  const { send, isBusy, problem } = useSend('alarms', beginAnalysis);
  const [name, setName] = useState(file.name.replace(/\.[^.]*$/, '').slice(0, 120));
  const [mapping, setMapping] = useState<Readonly<Record<string, string>>>(file.mapping);
  const [timeZone, setZone] = useState(readersZone());
  const [form, setForm] = useState<TimeForm | ''>('');
  const [said, setSaid] = useState<Said>({});
  const columns = mapping as Partial<Record<(typeof COLUMNS)[number], string>>;
  const words = useRead('alarms', readWords, { importId: file.id, timeZone, ...(columns.type && { type: columns.type }), ...(columns.finding && { finding: columns.finding }), ...(columns.raised_on && { day: columns.raised_on }), ...(columns.raised_at && { time: columns.raised_at }) });
  const forms = words.data?.forms ?? [];
  const timeForm = form || (forms.length === 1 ? (forms[0] ?? '') : '');
  const types = { ...Object.fromEntries((words.data?.types ?? []).map(({ word, type }) => [word, type])), ...said.types };
  const findings = { ...Object.fromEntries((words.data?.findings ?? []).map(({ word, finding }) => [word, finding])), ...said.findings };
  const submit = async (): Promise<void> => {
    if (timeForm === '') return;
    const kept = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column !== ''));
    const mapped = Object.fromEntries(Object.entries(types).filter(([, type]) => type !== ''));
    const { id } = await send({ importId: file.id, name, mapping: kept, reading: { timeZone, timeForm, types: mapped, findings } });
    // The file has its job now.
    await cache.invalidateQueries({ queryKey: ['imports'] });
    onBegun(id);
  };
  return (
    <form className={css.page} style={{ padding: 0 }} onSubmit={(event) => (event.preventDefault(), void submit().catch(() => undefined))}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <Panel title={t('past.reading')}>
        <div className={css.body}>
          <p className="t2">{t('past.reading.why')}</p>
          <div className={css.map}>
            <TextField label={t('past.name')} value={name} onValue={setName} maxLength={120} error={problem?.of('/name')} />
            <EarlierField onChosen={(of) => (setZone(of.timeZone), setForm(of.timeForm), setSaid({ types: of.types, findings: of.findings }))} />
            {COLUMNS.map((key) => <ColumnField key={key} file={file} column={key} value={mapping[key] ?? ''} onValue={(value) => setMapping({ ...mapping, [key]: value })} error={problem?.of(`/mapping/${key}`)} />)}
            <SelectField label={t('past.zone')} help={t('past.zone.help')} value={timeZone} onValue={setZone} choices={(ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]).map((value) => ({ value, title: value }))} />
            <SelectField label={t('past.form')} help={formHelp(words.data)} value={timeForm} onValue={(value) => setForm(value as TimeForm)} placeholder={t('past.form.choose')} choices={TIME_FORMS.map((value) => ({ value, title: t(`past.form.${value}`) }))} />
          </div>
        </div>
      </Panel>
      <TypeWords words={words.data?.types ?? []} types={types} onType={(word, type) => setSaid({ ...said, types: { ...said.types, [word]: type } })} note={words.data && !words.data.isWhole ? t('past.looked', { n: words.data.rows }) : undefined} />
      <FindingWords words={words.data?.findings ?? []} findings={findings} onFinding={(word, finding) => setSaid({ ...said, findings: { ...said.findings, [word]: finding } })} />
      {timeForm !== '' && <Preview file={file} mapping={mapping} reading={{ timeZone, timeForm, types, findings }} />}
      <div className="row"><Button type="submit" look="filled" size="large" isBusy={isBusy} disabled={timeForm === '' || words.state !== 'ready'}>{t('past.try')}</Button></div>
    </form>
  );
}

function formHelp(words: Words | undefined): string | undefined {
  if (!words || words.forms.length === 1) return undefined;
  return words.forms.length === 0 ? t('past.form.none') : t('past.form.open', { n: words.forms.length });
}

type ColumnProps = { file: Import; column: (typeof COLUMNS)[number]; value: string; onValue: (value: string) => void; error: string | undefined };

function ColumnField({ file, column, value, onValue, error }: ColumnProps) {
  const sample = file.samples[0]?.[value] ?? '';
  const help = value === '' ? undefined : sample === '' ? t('past.column.sample.none') : t('past.column.sample', { value: sample });
  return <SelectField label={t(`past.column.${column}`)} isOptional={!['raised_at', 'device', 'type'].includes(column)} help={help} error={error} value={value} onValue={onValue} placeholder={t('past.none')} choices={file.columns.map((name) => ({ value: name, title: name }))} />;
}

/** The reading of an earlier analysis, to begin from: its name is the name of its mapping. */
function EarlierField({ onChosen }: { onChosen: (reading: Reading) => void }) {
  const list = useRead('alarms', listAnalyses, {});
  const [id, setId] = useState('');
  const [taken, setTaken] = useState('');
  const chosen = useRead('alarms', getAnalysis, { id }, { isOn: id !== '' });
  if (id !== '' && chosen.data && taken !== id) {
    setTaken(id);
    onChosen(chosen.data.reading);
  }
  const items = list.data?.items ?? [];
  return items.length === 0 ? null : <SelectField label={t('past.as-in')} isOptional value={id} onValue={setId} placeholder={t('past.as-in.none')} choices={items.map((one) => ({ value: one.id, title: one.name }))} />;
}

/** What the first rows become with what is chosen now. */
function Preview({ file, mapping, reading }: { file: Import; mapping: Readonly<Record<string, string>>; reading: Reading }) {
  const { titleOf } = useTypes();
  const local = useMemo(() => new LocalTime(reading.timeZone), [reading.timeZone]);
  const rows = file.samples.map((sample) => readPast(Object.fromEntries(Object.entries(mapping).map(([key, name]) => [key, sample[name] ?? ''])) as PastCells, reading, local, Date.now()));
  return (
    <Panel title={t('past.preview')}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className={css.frame} tabIndex={0} role="group" aria-label={t('past.preview')}>
        <table className={css.table}>
          <thead><tr><th scope="col">{t('past.column.raised_at')}</th><th scope="col">{t('past.device')}</th><th scope="col">{t('past.site')}</th><th scope="col">{t('past.type')}</th><th scope="col">{t('past.column.finding')}</th></tr></thead>
          <tbody>
            {rows.map((result, n) => (
              // oxlint-disable-next-line react/no-array-index-key -- a row is its place
              <tr key={n}>{result.ok ? (
                <>
                  <td className="mono">{t('past.preview.utc', { time: new Date(result.row.at).toISOString().slice(0, 19).replace('T', ' ') })}</td><td>{result.row.device}</td><td>{result.row.site ?? t('past.none-said')}</td>
                  <td>{result.row.type === null ? `${result.row.said} (${t('past.type.none')})` : titleOf(result.row.type)}</td><td>{t(`past.finding.${result.row.finding}`)}</td>
                </>
              ) : <td colSpan={5}>{t('past.preview.wrong', { why: result.faults.map(({ column, detail }) => `${t(`past.column.${column}`)}: ${detail}`).join('; ') })}</td>}</tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
