import { useState } from 'react';
import type { Reply } from '#platform/kernel/contract.ts';
import { useCommands } from '#platform/web/commands.ts';
import { useList, useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { askForBackup, askForProof, listRuns, readBackupState, type Run } from '../contract.ts';
import css from './backup.module.css';
import { t } from './messages.en.ts';
import { SettingDialog } from './setting-dialog.tsx';
import { agoWords, byWords, nameOf, sizeWords, tookWords } from './words.ts';

type Standing = Reply<typeof readBackupState>;
const VIEW = viewOf({ peek: text() });
const FILL = { waiting: 'empty', running: 'half', done: 'full', failed: 'ended' } as const;
const READ_EVERY_MS = 10_000;

export default function BackupsPage() {
  const [view, setView] = useView(VIEW);
  const standing = useRead('backup', readBackupState, {}, { everyMs: READ_EVERY_MS });
  const list = useList('backup', listRuns, {});
  const backing = useSend('backup', askForBackup);
  const proving = useSend('backup', askForProof);
  const [isChanging, setChanging] = useState(false);
  useWhere({ title: t('backup.title') });
  const ask = (send: () => Promise<unknown>): void => void send().then(() => announce(t('backup.asked')), (error: Error) => announce(error.message));
  const backUp = (): void => ask(() => backing.send({}));
  const prove = (): void => ask(() => proving.send({}));
  useCommands([{ key: 'B', title: t('backup.now'), run: backUp }, { key: 'V', title: t('backup.prove'), run: prove }]);
  const isBusy = standing.state === 'ready' && standing.data.running !== null;
  const peeked = list.data?.find((run) => run.id === view.peek);
  const actions = (
    <>
      <Button keyCap="V" onClick={prove} disabled={isBusy} isBusy={proving.isBusy}>{t('backup.prove')}</Button>
      <Button look="filled" keyCap="B" onClick={backUp} disabled={isBusy} isBusy={backing.isBusy}>{t('backup.now')}</Button>
    </>
  );
  return (
    <>
      <ListPage
        title={t('backup.title')} actions={actions} foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: t(`backup.kind.${peeked.kind}`), onClose: () => setView({ peek: undefined }), body: <Details of={peeked} /> } : null}
      >
        <div className={css.top}><Asked reading={standing}>{(data) => <Standing of={data} onChange={() => setChanging(true)} />}</Asked></div>
        <Asked reading={list}>
          {(items) => items.length === 0 ? <Empty>{t('backup.none')}</Empty> : (
            <DataTable
              label={t('backup.list')} columns={COLUMNS} rows={items} idOf={(run) => run.id} nameOf={nameOfRun} more={list.more} isReadingMore={list.isReadingMore}
              onOpen={(run) => setView({ peek: run.id })} peeked={view.peek} onPeek={(run) => setView({ peek: run?.id })}
              phone={(run) => ({ title: nameOfRun(run), second: <TwoTimes at={run.askedAt} />, right: <State fill={FILL[run.state]}>{t(`backup.state.${run.state}`)}</State> })}
            />
          )}
        </Asked>
      </ListPage>
      {isChanging && standing.state === 'ready' && <SettingDialog setting={standing.data.setting} onClose={() => setChanging(false)} />}
    </>
  );
}

const nameOfRun = (run: Run): string => (run.file === null ? t(`backup.kind.${run.kind}`) : `${t(`backup.kind.${run.kind}`)}, ${nameOf(run.file)}`);

const COLUMNS: readonly Column<Run>[] = [
  { key: 'what', title: t('backup.what'), cell: (run) => <span><b className="strong">{t(`backup.kind.${run.kind}`)}</b> <span className="mono t2">{run.file === null ? '' : nameOf(run.file)}</span></span> },
  { key: 'when', title: t('backup.when'), width: 200, cell: (run) => <TwoTimes at={run.askedAt} /> },
  { key: 'by', title: t('backup.by'), width: 150, isSpare: true, cell: byWords },
  { key: 'size', title: t('backup.size'), width: 90, align: 'end', cell: ({ kind, bytes }) => (kind === 'proof' || bytes === null ? '' : sizeWords(bytes)) },
  { key: 'took', title: t('backup.took'), width: 100, align: 'end', cell: tookWords },
  { key: 'proven', title: t('backup.proven'), width: 200, cell: ({ kind, state, provenAt }) => (kind !== 'backup' || state !== 'done' ? '' : provenAt === null ? <span className="t3">{t('backup.proven.never')}</span> : <TwoTimes at={provenAt} />) },
  { key: 'state', title: t('backup.state'), width: 120, cell: ({ state }) => (state === 'failed' ? <Tag look="p1" icon="warning">{t('backup.state.failed')}</Tag> : <State fill={FILL[state]}>{t(`backup.state.${state}`)}</State>) },
];

/** How it stands in a sentence, and where and when. */
function Standing({ of: { setting, folder, isSameDisk, isScheduled, isRed, unprovenS, proven }, onChange }: { of: Standing; onChange: () => void }) {
  const words = !isScheduled ? t('backup.demo.words') : t(isRed ? 'backup.red.words' : proven ? 'backup.good.words' : 'backup.young.words', { ago: agoWords(unprovenS) });
  return (
    <>
      <p className={css.how} role="status">{isScheduled && (isRed || proven) && <Tag look={isRed ? 'p1' : 'ok'} {...(isRed && { icon: 'warning' as const })}>{t(isRed ? 'backup.red' : 'backup.good')}</Tag>}<span>{words}</span></p>
      <Panel title={t('backup.where')} actions={<Button onClick={onChange}>{t('backup.change')}</Button>}>
        <dl className={`facts ${css.pad}`}>
          <dt>{t('backup.folder')}</dt><dd><span className={`mono ${css.long}`}>{folder}</span>{isSameDisk && <p className="t2">{t('backup.same-disk')}</p>}</dd>
          <dt>{t('backup.schedule')}</dt><dd>{setting.isOn && isScheduled ? `${t('backup.schedule.on', { hour: `${String(setting.atHour).padStart(2, '0')}:00`, zone: setting.timeZone })}, ${t('backup.schedule.proof', { n: setting.proveEveryDays })}` : t('backup.schedule.off')}</dd>
          <dt>{t('backup.keep')}</dt><dd>{t('backup.keep.words', { n: setting.keep })}</dd>
          <dt>{t('backup.keys')}</dt><dd className="t2">{t('backup.keys.words')}</dd>
        </dl>
      </Panel>
    </>
  );
}

const Details = ({ of: run }: { of: Run }) => (
  <>
    {run.failure !== null && <p className={css.failed}><b className="strong">{t('backup.failure')}</b> {run.failure}</p>}
    <dl className={`facts ${css.pad}`}>
      <dt>{t('backup.state')}</dt><dd>{t(`backup.state.${run.state}`)}{run.removedAt !== null && `, ${t('backup.removed')}`}</dd>
      <dt>{t('backup.when')}</dt><dd><TwoTimes at={run.askedAt} />, {byWords(run)}</dd>
      {run.endedAt !== null && run.startedAt !== null && <><dt>{t('backup.took')}</dt><dd>{tookWords(run)}</dd></>}
      {run.madeAt !== null && <><dt>{t('backup.made')}</dt><dd><TwoTimes at={run.madeAt} seconds /></dd></>}
      {run.rows !== null && <><dt>{t('backup.holds')}</dt><dd>{t('backup.holds.words', { rows: run.rows, files: run.files ?? 0, leaves: run.leaves ?? 0 })}{run.hasKeys && `, ${t('backup.with-keys')}`}{run.bytes !== null && `; ${sizeWords(run.bytes)}`}</dd></>}
      {run.kind === 'restore' && <><dt>{t('backup.rolled-back')}</dt><dd>{run.rolledBack === null ? t('backup.rolled-back.unknown') : t('backup.rolled-back.words', { n: run.rolledBack })}</dd></>}
      {run.kind === 'backup' && run.state === 'done' && <><dt>{t('backup.proven')}</dt><dd>{run.provenAt === null ? t('backup.proven.never') : <TwoTimes at={run.provenAt} />}</dd></>}
      {run.file !== null && <><dt>{t('backup.file')}</dt><dd className={`mono ${css.long}`}>{run.file}</dd></>}
      {run.node !== null && <><dt>{t('backup.node')}</dt><dd>{run.node}</dd></>}
      {run.sha256 !== null && <><dt>{t('backup.sha256')}</dt><dd className={`mono ${css.long}`}>{run.sha256}</dd></>}
    </dl>
  </>
);
