import { type DragEvent, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { sendImport } from '#platform/imports/web/public.tsx';
import type { Import } from '#platform/imports/contract.ts';
import type { ProblemError } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Field } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty, Failed } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type AnalysisSummary, dropAnalysis, listAnalyses } from '../../past-contract.ts';
import { AnalysisView } from './analysis-view.tsx';
import css from './last-year.module.css';
import { t } from './messages.en.ts';
import { ReadingForm } from './reading-form.tsx';

const VIEW = viewOf({ file: text(), id: text() });
const MOST_BYTES = 64 * 2 ** 20;

/** Alarms of the past out of a file: brought in, confirmed, worked out. */
export default function LastYearPage() {
  const [view, setView] = useView(VIEW);
  useWhere({ title: t('past.title') });
  const back = (): void => setView({ file: undefined, id: undefined });
  return (
    <div className={css.page}>
      <h1 className="title">{t('past.title')}</h1>
      {view.file !== undefined ? <ReadingForm key={view.file} importId={view.file} onBack={back} onBegun={(id) => setView({ id, file: undefined })} /> : view.id !== undefined ? <AnalysisView key={view.id} id={view.id} onBack={back} onReadAgain={(file) => setView({ file, id: undefined })} /> : (
        <>
          <p className="t2">{t('past.why')}</p>
          <NewFile onSent={(file) => setView({ file: file.id })} />
          <Analyses onOpen={(id) => setView({ id })} />
        </>
      )}
    </div>
  );
}

function NewFile({ onSent }: { onSent: (file: Import) => void }) {
  const cache = useQueryClient();
  const [stored, setStored] = useState<{ n: number; total: number } | null>(null);
  const [fault, setFault] = useState<string>();
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const [isOver, setOver] = useState(false);
  const take = async (file: File | undefined): Promise<void> => {
    setFault(undefined);
    setProblem(null);
    if (!file) return;
    if (file.size === 0 || file.size > MOST_BYTES) return setFault(t(file.size === 0 ? 'past.empty-file' : 'past.too-large'));
    const kB = (bytes: number): number => Math.ceil(bytes / 1024);
    setStored({ n: 0, total: kB(file.size) });
    try {
      onSent(await sendImport('alarms.past', file, (n) => setStored({ n: kB(n), total: kB(file.size) })));
    } catch (error) {
      setProblem(error as ProblemError);
    } finally {
      setStored(null);
      void cache.invalidateQueries({ queryKey: ['imports'] });
    }
  };
  const trySample = async (): Promise<void> => {
    const response = await fetch('/api/alarms/analyses/sample', { credentials: 'same-origin' });
    if (response.ok) await take(new File([await response.blob()], 'invented-alarms.csv', { type: 'text/csv' }));
  };
  const over = (event: DragEvent): void => (event.preventDefault(), setOver(true));
  return (
    <Panel title={t('past.new')} actions={<Button disabled={stored !== null} onClick={() => void trySample()}>{t('past.sample')}</Button>}>
      <div className={css.body}>
        <div className={cx(css.drop, isOver && css.over)} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={(event) => (event.preventDefault(), setOver(false), void take(event.dataTransfer.files[0]))}>
          <b>{t('past.drop')}</b>
          <Field label={t('past.file')} help={t('past.file.help')} error={fault}>
            {({ id, describedBy, isInvalid }) => <input id={id} type="file" disabled={stored !== null} accept=".csv,.tsv,.txt,text/csv" className={css.file} aria-describedby={describedBy} aria-invalid={isInvalid} onChange={(event) => void take(event.target.files?.[0])} />}
          </Field>
          {stored && <p className="t2" role="status">{t('past.sending', stored)}</p>}
          {problem && <Failed problem={problem} />}
        </div>
      </div>
    </Panel>
  );
}

function Analyses({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useRead('alarms', listAnalyses, {});
  return (
    <Panel title={t('past.list')}>
      <Asked reading={list}>{({ items }) => (items.length === 0 ? <Empty>{t('past.list.none')}</Empty> : <ul className={css.list}>{items.map((one) => <OneAnalysis key={one.id} analysis={one} onOpen={() => onOpen(one.id)} />)}</ul>)}</Asked>
    </Panel>
  );
}

function OneAnalysis({ analysis: { id, name, by, alarms, madeAt }, onOpen }: { analysis: AnalysisSummary; onOpen: () => void }) {
  const { send, isBusy } = useSend('alarms', dropAnalysis);
  const drop = (): void => void send({ id }).then(() => announce(t('past.dropped')), (problem: Error) => announce(problem.message));
  return (
    <li>
      <b className="strong">{name}</b> <span className="t2">{alarms === null ? t('past.list.unanswered', { name: by }) : t('past.list.row', { n: alarms, name: by })}</span> <TwoTimes at={madeAt} />
      <span className="space" />
      <Button aria-label={t('past.open.of', { name })} onClick={onOpen}>{t('past.open')}</Button>
      <Button look="quiet" isBusy={isBusy} aria-label={t('past.drop-it.of', { name })} onClick={drop}>{t('past.drop-it')}</Button>
    </li>
  );
}
