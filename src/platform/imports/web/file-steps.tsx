import { useCallback, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { readJob } from '#platform/jobs/contract.ts';
import { isOpen, JobProgress } from '#platform/jobs/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { type Counts, type Import, type Kind, readImport, runImport, tryImport } from '../contract.ts';
import css from './imports.module.css';
import { t } from './messages.en.ts';
import { Found } from './found.tsx';

/** One file from its mapping to what came in. */
export function FileSteps({ id, kinds, onClose }: { id: string; kinds: readonly Kind[]; onClose: () => void }) {
  const reading = useRead('imports', readImport, { id });
  return (
    <AskedRecord reading={reading} title={t('imports.title')}>
      {(file) => {
        const kind = kinds.find(({ key }) => key === file.kind);
        return (
          <>
            <div className="row"><b className="head">{file.name}</b> <span className="t2">{file.title}</span><span className="space" /><Button onClick={onClose}>{t('imports.other')}</Button></div>
            {!kind || file.state === 'unreadable' || file.state === 'coming' ? <Panel title={t('imports.unreadable')}><Empty>{file.fault ?? t('imports.state.coming')}</Empty></Panel> : <Steps file={file} kind={kind} />}
          </>
        );
      }}
    </AskedRecord>
  );
}

function Steps({ file, kind }: { file: Import; kind: Kind }) {
  const cache = useQueryClient();
  const running = useSend('imports', runImport);
  const [job, setJob] = useState(file.jobId);
  const [isRun, setRun] = useState(false);
  const asked = useRead('jobs', readJob, { id: job ?? '' }, { isOn: job !== null });
  const ended = useCallback((result: unknown) => {
    void cache.invalidateQueries({ queryKey: ['imports'] });
    const { created, changed } = result as Counts;
    if (isRun) announce(t('imports.done', { created, changed }));
    setJob(null);
  }, [cache, isRun]);
  const run = async (): Promise<void> => {
    const { jobId } = await running.send({ id: file.id });
    setRun(true);
    setJob(jobId);
  };
  const isUnderWay = job !== null && (!asked.data || isOpen(asked.data));
  const counts = file.tried;
  const comes = counts === null ? 0 : counts.created + counts.changed;
  return (
    <>
      {file.state !== 'done' && <MappingForm file={file} kind={kind} isUnderWay={isUnderWay} onStarted={setJob} />}
      {job !== null && <JobProgress key={job} id={job} onDone={ended} />}
      {running.problem && <FaultSummary faults={[]} detail={running.problem.detail} />}
      {file.state !== 'done' && counts && (
        <Found file={file} of="trial" counts={counts}>
          {comes > 0 ? !isUnderWay && <Button look="filled" isBusy={running.isBusy} onClick={() => void run().catch(() => undefined)}>{file.done ? t('imports.run.on') : t('imports.run', { n: comes })}</Button> : counts.refused === 0 && <span className="t2">{t('imports.nothing')}</span>}
        </Found>
      )}
      {file.state === 'done' && file.done && <Found file={file} of="import" counts={file.done} />}
    </>
  );
}

type MappingProps = { file: Import; kind: Kind; isUnderWay: boolean; onStarted: (job: string | null) => void };

function MappingForm({ file, kind, isUnderWay, onStarted }: MappingProps) {
  const trying = useSend('imports', tryImport);
  const [mapping, setMapping] = useState<Record<string, string>>(file.mapping);
  const [source, setSource] = useState(file.source);
  const start = async (): Promise<void> => {
    const said = Object.fromEntries(Object.entries(mapping).filter(([, name]) => name !== ''));
    onStarted((await trying.send({ id: file.id, mapping: said, source })).jobId);
  };
  const sampleOf = (name: string): string => {
    const value = file.samples[0]?.[name] ?? '';
    return value === '' ? t('imports.mapping.sample.none') : t('imports.mapping.sample', { value });
  };
  return (
    <Panel title={t('imports.mapping')}>
      <form className={css.body} onSubmit={(event) => (event.preventDefault(), void start().catch(() => undefined))}>
        <p className="t2">{t('imports.mapping.why')}</p>
        <FaultSummary faults={trying.problem?.errors ?? []} detail={trying.problem?.detail} />
        <div className={css.map}>
          {kind.columns.map(({ key, title, isRequired }) => {
            const name = mapping[key] ?? '';
            return <SelectField key={key} label={title} isOptional={!isRequired} help={name === '' ? undefined : sampleOf(name)} error={trying.problem?.of(`/mapping/${key}`)} value={name} onValue={(value) => setMapping({ ...mapping, [key]: value })} placeholder={t('imports.mapping.none')} choices={file.columns.map((value) => ({ value, title: value }))} />;
          })}
          <TextField label={t('imports.source')} help={t('imports.source.help')} isOptional value={source} onValue={setSource} maxLength={60} />
        </div>
        <div className="row"><Button type="submit" look={file.tried ? 'plain' : 'filled'} size="large" isBusy={trying.isBusy} disabled={isUnderWay}>{t(file.tried ? 'imports.try.again' : 'imports.try')}</Button></div>
      </form>
    </Panel>
  );
}
