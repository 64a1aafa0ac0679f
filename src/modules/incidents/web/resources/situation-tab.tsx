import { useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { say } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { Menu } from '#ui/menu.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { ageWords } from '#ui/times.ts';
import type { Incident } from '../../contract.ts';
import { listSituationReports, ResourceKind, resourceFromNeed, type SituationReport, strikeSituationReport, taskFromNeed, writeSituationReport } from '../../resource-contract.ts';
import { t } from './messages.en.ts';
import css from './resources.module.css';

const LATE_MS = 60_000;

/** Situation reports of an incident, the latest first, with the form to write one: conditions, actions, needs. */
export function SituationTab({ incident, mayWrite, onPrint }: { incident: Incident; mayWrite: boolean; onPrint: ((path: string) => void) | null }) {
  const list = useList('incidents', listSituationReports, { id: incident.id });
  const [isWriting, setWriting] = useState(false);
  const [striking, setStriking] = useState<SituationReport | null>(null);
  useCommands(mayWrite ? [{ key: 'N', title: t('sitrep.new'), run: () => setWriting(true) }] : []);
  return (
    <Panel title={t('sitrep.title')} actions={<><LinkButton to={`/incidents/${incident.id}/resources`} look="quiet">{t('sitrep.board')}</LinkButton><LinkButton to={`/incidents/${incident.id}/forms`} look="quiet">{t('sitrep.forms')}</LinkButton>{mayWrite && !isWriting && <Button look="quiet" icon="add" keyCap="N" onClick={() => setWriting(true)}>{t('sitrep.new')}</Button>}</>}>
      {isWriting && <Composer incident={incident} onDone={() => setWriting(false)} />}
      <Asked reading={list}>
        {(reports) => (
          <>
            {reports.length === 0 && !isWriting && <Empty>{t('sitrep.empty')}</Empty>}
            <ol className={css.reports}>{reports.map((report) => <Report key={report.id} incident={incident} report={report} mayWrite={mayWrite} onStrike={() => setStriking(report)} onPrint={onPrint} />)}</ol>
            {list.more && <Button look="quiet" onClick={list.more} isBusy={list.isReadingMore}>{t('sitrep.more')}</Button>}
          </>
        )}
      </Asked>
      {striking && <StrikeReport incidentId={incident.id} report={striking} onClose={() => setStriking(null)} />}
    </Panel>
  );
}

type ReportProps = { incident: Incident; report: SituationReport; mayWrite: boolean; onStrike: () => void; onPrint: ((path: string) => void) | null };

function Report({ incident, report, mayWrite, onStrike, onPrint }: ReportProps) {
  const lateMs = Date.parse(report.notedAt) - Date.parse(report.at);
  const isStruck = report.struckAt !== null;
  return (
    <li className={cx(css.report, isStruck && css.crossed)}>
      <div className={css.reportHead}>
        <b className="strong">{t('sitrep.n', { n: report.seq })}</b>
        <TwoTimes at={report.at} siteZone={incident.timeZone ?? undefined} />
        {lateMs > LATE_MS && <span className="t2 small">{t('sitrep.late', { time: ageWords(lateMs) })}</span>}
        <span className="t2">{report.author}</span>
        <span className="space" />
        {onPrint && <Button look="quiet" icon="print" onClick={() => onPrint(`situation-reports/${report.id}/report.pdf`)}>{t('sitrep.print')}<span className="unseen"> {t('sitrep.n', { n: report.seq })}</span></Button>}
        {mayWrite && !isStruck && <Button look="quiet" onClick={onStrike}>{t('sitrep.strike')}<span className="unseen"> {t('sitrep.n', { n: report.seq })}</span></Button>}
      </div>
      {isStruck && <p className="t2 small">{t('cards.struck.by', { who: report.struckBy ?? '', why: report.struckReason ?? '' })}</p>}
      <div><b className="small">{t('sitrep.conditions.head')}</b><p className={css.words}>{report.conditions}</p></div>
      {report.actions && <div><b className="small">{t('sitrep.actions.head')}</b><p className={css.words}>{report.actions}</p></div>}
      {report.needs.length > 0 && (
        <div>
          <b className="small">{t('sitrep.needs.head')}</b>
          <ul className={css.needs}>{report.needs.map((need) => <Need key={need.id} incidentId={incident.id} need={need} mayWrite={mayWrite && !isStruck} />)}</ul>
        </div>
      )}
    </li>
  );
}

function Need({ incidentId, need, mayWrite }: { incidentId: string; need: SituationReport['needs'][number]; mayWrite: boolean }) {
  const making = { task: useSend('incidents', taskFromNeed), resource: useSend('incidents', resourceFromNeed) };
  const mayTask = useMay('tasks:write');
  const of = { id: incidentId, rowId: need.id };
  const problem = making.task.problem ?? making.resource.problem;
  return (
    <li className={css.need}>
      <span>{need.need}</span>
      {need.became !== null && <span className="t2 small">{t(`sitrep.became.${need.became}`, { who: need.becameBy ?? '' })}</span>}
      {need.became === null && !mayWrite && <span className="t2 small">{t('sitrep.open')}</span>}
      {need.became === null && mayWrite && mayTask && <Button look="quiet" isBusy={making.task.isBusy} onClick={() => void making.task.send(of).catch(() => undefined)}>{t('sitrep.task')}<span className="unseen">: {need.need}</span></Button>}
      {need.became === null && mayWrite && <Menu label={t('sitrep.resource')} trigger={<>{t('sitrep.resource')}<span className="unseen">: {need.need}</span></>} items={ResourceKind.options.map((kind) => ({ title: t(`cards.kind.${kind}`), run: () => void making.resource.send({ ...of, kind }).catch(() => undefined) }))} />}
      {problem && <p className={css.fault} role="alert">{problem.detail}</p>}
    </li>
  );
}

function Composer({ incident, onDone }: { incident: Incident; onDone: () => void }) {
  const sending = useSend('incidents', writeSituationReport);
  const [words, setWords] = useState({ conditions: '', actions: '', needs: '' });
  const [isTried, setTried] = useState(false);
  const set = (key: keyof typeof words) => (value: string): void => setWords({ ...words, [key]: value });
  const needs = words.needs.split('\n').map((line) => line.trim()).filter(Boolean);
  const isBad = needs.length > 30 || needs.some((need) => need.length > 500);
  const submit = (): void => {
    setTried(true);
    if (words.conditions.trim() === '' || isBad) return;
    void sending.send({ id: incident.id, conditions: words.conditions.trim(), actions: words.actions.trim(), needs }).then(() => { say(t('sitrep.written')); onDone(); }, () => undefined);
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); submit(); }}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <TextArea autoFocus label={t('sitrep.conditions')} rows={3} value={words.conditions} onValue={set('conditions')} maxLength={8_000} error={isTried && words.conditions.trim() === '' ? t('sitrep.conditions.missing') : undefined} />
      <TextArea label={t('sitrep.actions')} isOptional rows={2} value={words.actions} onValue={set('actions')} maxLength={8_000} />
      <TextArea label={t('sitrep.needs')} isOptional rows={3} value={words.needs} onValue={set('needs')} error={isTried && isBad ? t('sitrep.needs.bad') : undefined} />
      <div className={css.foot}><Button type="submit" look="plain" isBusy={sending.isBusy}>{t('sitrep.send')}</Button><Button look="quiet" onClick={onDone}>{t('cards.cancel')}</Button></div>
    </form>
  );
}

function StrikeReport({ incidentId, report, onClose }: { incidentId: string; report: SituationReport; onClose: () => void }) {
  const striking = useSend('incidents', strikeSituationReport);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = reason.trim().length < 3;
  const submit = (): void => {
    setTried(true);
    if (!lacks) void striking.send({ id: incidentId, rowId: report.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('sitrep.strike.title', { n: report.seq })} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('cards.cancel')}</Button><Button type="submit" look="filled" isBusy={striking.isBusy}>{t('sitrep.strike')}</Button></>}>
      <div className={css.form}>
        {striking.problem && <FaultSummary faults={[]} detail={striking.problem.detail} />}
        <p className="t2">{t('sitrep.strike.help')}</p>
        <TextField label={t('cards.reason')} value={reason} onValue={setReason} maxLength={1_000} error={isTried && lacks ? t('cards.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}
