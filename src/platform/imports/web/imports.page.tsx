import { type ChangeEvent, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { ProblemError } from '#platform/web/call.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Field, SelectField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty, Failed } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { dropImport, type Import, type Kind, listImports, listKinds, MOST_BYTES } from '../contract.ts';
import { FileSteps } from './file-steps.tsx';
import css from './imports.module.css';
import { t } from './messages.en.ts';
import { sendImport } from './sending.ts';

const VIEW = viewOf({ kind: text(), id: text() });

export default function ImportsPage() {
  const [view, setView] = useView(VIEW);
  const kinds = useRead('imports', listKinds, {});
  useWhere({ title: t('imports.title') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('imports.title')}</h1>
      <p className="t2">{t('imports.why')}</p>
      <Asked reading={kinds}>
        {({ items }) => items.length === 0 ? <Empty>{t('imports.nothing-mine')}</Empty> : view.id !== undefined ? <FileSteps key={view.id} id={view.id} kinds={items} onClose={() => setView({ id: undefined })} /> : (
          <>
            <NewFile kinds={items} kind={items.find(({ key }) => key === view.kind)} onKind={(kind) => setView({ kind })} onSent={(file) => setView({ kind: file.kind, id: file.id })} />
            <MyFiles onOpen={(file) => setView({ kind: file.kind, id: file.id })} />
          </>
        )}
      </Asked>
    </div>
  );
}

type NewFileProps = { kinds: readonly Kind[]; kind: Kind | undefined; onKind: (key: string) => void; onSent: (file: Import) => void };

function NewFile({ kinds, kind, onKind, onSent }: NewFileProps) {
  const cache = useQueryClient();
  const [stored, setStored] = useState<{ n: number; total: number } | null>(null);
  const [fault, setFault] = useState<string>();
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    setFault(undefined);
    setProblem(null);
    if (!file || !kind) return;
    if (file.size === 0 || file.size > MOST_BYTES) return setFault(t(file.size === 0 ? 'imports.empty-file' : 'imports.too-large'));
    const kB = (bytes: number): number => Math.ceil(bytes / 1024);
    setStored({ n: 0, total: kB(file.size) });
    try {
      onSent(await sendImport(kind.key, file, (n) => setStored({ n: kB(n), total: kB(file.size) })));
    } catch (error) {
      setProblem(error as ProblemError);
    } finally {
      setStored(null);
      void cache.invalidateQueries({ queryKey: ['imports'] });
    }
  };
  return (
    <Panel title={t('imports.new')}>
      <div className={css.body}>
        <SelectField label={t('imports.kind')} value={kind?.key ?? ''} onValue={onKind} placeholder={t('imports.kind.choose')} choices={kinds.map(({ key, title }) => ({ value: key, title }))} />
        {kind && (
          <Field label={t('imports.file')} help={t('imports.file.help')} error={fault}>
            {({ id, describedBy, isInvalid }) => <input id={id} type="file" disabled={stored !== null} accept=".csv,.tsv,.txt,.jsonl,.ndjson,text/csv" className={css.file} aria-describedby={describedBy} aria-invalid={isInvalid} onChange={(event) => void choose(event)} />}
          </Field>
        )}
        {stored && <p className="t2" role="status">{t('imports.sending', stored)}</p>}
        {problem && <Failed problem={problem} />}
      </div>
      {kind && <ColumnsOf kind={kind} />}
    </Panel>
  );
}

const ColumnsOf = ({ kind }: { kind: Kind }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
  <div className={css.frame} tabIndex={0} role="region" aria-label={t('imports.columns')}>
    <table className={css.table}>
      <caption className="unseen">{t('imports.columns.of', { title: kind.title, rows: kind.mostRows })}</caption>
      <thead><tr><th scope="col">{t('imports.column')}</th><th scope="col">{t('imports.help')}</th></tr></thead>
      <tbody>{kind.columns.map(({ key, title, help, isRequired }) => <tr key={key}><td><b className="strong">{title}</b> {isRequired && <Tag look="line">{t('imports.needed')}</Tag>}</td><td className="t2">{help}</td></tr>)}</tbody>
    </table>
  </div>
);

function MyFiles({ onOpen }: { onOpen: (file: Import) => void }) {
  const list = useRead('imports', listImports, {});
  return (
    <Panel title={t('imports.mine')}>
      <Asked reading={list}>
        {({ items }) => items.length === 0 ? <Empty>{t('imports.mine.none')}</Empty> : <ul className={css.files}>{items.map((file) => <OneFile key={file.id} file={file} onOpen={() => onOpen(file)} />)}</ul>}
      </Asked>
    </Panel>
  );
}

function OneFile({ file, onOpen }: { file: Import; onOpen: () => void }) {
  const { send, isBusy } = useSend('imports', dropImport);
  const drop = (): void => void send({ id: file.id }).then(() => announce(t('imports.dropped')), (problem: Error) => announce(problem.message));
  return (
    <li>
      <b className="strong">{file.name}</b> <span className="t2">{file.title}</span> <Tag look={file.state === 'done' ? 'ok' : 'line'}>{t(`imports.state.${file.state}`)}</Tag>
      <span className="space" />
      <Button aria-label={t('imports.open.of', { name: file.name })} onClick={onOpen}>{t('imports.open')}</Button>
      <Button look="quiet" isBusy={isBusy} aria-label={t('imports.drop.of', { name: file.name })} onClick={drop}>{t('imports.drop')}</Button>
    </li>
  );
}
