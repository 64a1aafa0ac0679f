import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { RecordLink, useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord, Waiting } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { WallEdge } from '#ui/wall-edge.tsx';
import { allegationTitle } from '../allegation-rules.ts';
import { answerReport, dismissReport, keepOut, readReport, type Report, takeReport } from '../report-contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { ReportState } from './reports.page.tsx';
import { TYPE_CHOICES } from './words.tsx';

type Question = 'take' | 'dismiss' | 'keep-out';
type Given = { report: Report; onClose: () => void };

/** One report of the front door: what was written, who is kept out, what was said to each other, and what becomes of it. */
export default function TriagePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const reading = useRead('cases', readReport, { id });
  useWhere({ title: reading.data?.number ?? t('report.one') });
  return <AskedRecord title={t('report.one')} reading={reading} waiting={<Waiting rows={8} what={t('report.one')} />}>{(report) => <Triage key={report.id} report={report} />}</AskedRecord>;
}

function Triage({ report }: { report: Report }) {
  const [asked, setAsked] = useState<Question | null>(null);
  const close = (): void => setAsked(null);
  const mayDecide = report.state === 'new' && report.mine.includes('cases:wall');
  return (
    <>
      <RecordPage
        number={report.number} title={t('report.one')} wall={<WallEdge people={report.readers} words={t('cases.walled')} said={t('report.walled.said', { n: report.readers.length })} />}
        state={<><ReportState state={report.state} />{report.isAnonymous && <Tag look="line">{t('report.anonymous')}</Tag>}{report.type && <Tag look="line">{allegationTitle(report.type)}</Tag>}</>}
        actions={mayDecide && <><Button onClick={() => setAsked('keep-out')}>{t('report.keep-out')}</Button><Button onClick={() => setAsked('dismiss')}>{t('report.dismiss')}</Button><Button look="filled" onClick={() => setAsked('take')}>{t('report.take')}</Button></>}
      >
        <div className={css.two}>
          <Panel title={t('report.written')}>
            <div className={css.pad}>
              <p className={css.narrative}>{report.text}</p>
              <dl className="facts">
                <dt>{t('report.received')}</dt><dd><TwoTimes at={report.receivedAt} /></dd>
                <dt>{t('report.place')}</dt><dd>{report.place || t('report.not-said')}</dd>
                <dt>{t('report.about')}</dt><dd>{report.about || t('report.not-said')}</dd>
                <dt>{t('report.who')}</dt><dd>{report.name ? [report.name, report.contact].filter(Boolean).join(', ') : t('report.anonymous.said')}</dd>
                <dt>{t('report.kept-out')}</dt><dd>{report.keptOut.length === 0 ? t('report.kept-out.none') : <ul className={css.elements}>{report.keptOut.map((one) => <li key={one.personId}><b>{one.name}</b> <span className="t2">{one.why}</span></li>)}</ul>}</dd>
                {report.triagedBy && <><dt>{t(`report.state.${report.state}`)}</dt><dd>{report.triagedBy} {report.triagedAt && <TwoTimes at={report.triagedAt} />} {report.why}</dd></>}
                {report.caseId && <><dt>{t('cases.one')}</dt><dd><RecordLink kind="cases.case" id={report.caseId}>{t('cases.enter')}</RecordLink></dd></>}
              </dl>
            </div>
          </Panel>
          <Messages report={report} />
        </div>
      </RecordPage>
      {asked === 'take' && <TakeDialog report={report} onClose={close} />}
      {asked === 'dismiss' && <DismissDialog report={report} onClose={close} />}
      {asked === 'keep-out' && <KeepOutDialog report={report} onClose={close} />}
    </>
  );
}

function Messages({ report }: { report: Report }) {
  const { send, isBusy, problem } = useSend('cases', answerReport);
  const [text, setText] = useState('');
  const say = (): void => {
    if (text.trim() !== '') void send({ id: report.id, text: text.trim() }).then(() => setText(''), () => undefined);
  };
  return (
    <Panel title={t('report.channel')}>
      <div className={css.pad}>
        <p className="t2 small">{t('report.channel.said')}</p>
        <ol className={css.messages}>{report.messages.map((one) => <li key={one.id} data-mine={one.author !== null}><span className="t2 small">{one.author ?? t('report.reporter')} <TwoTimes at={one.at} /></span><p className={css.narrative}>{one.text}</p></li>)}</ol>
        {report.mine.includes('cases:triage') && (
          <Form className={css.form} onSubmit={say}>
            {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
            <TextArea label={t('report.answer')} rows={3} value={text} onValue={setText} maxLength={8_000} />
            <div className={css.formFoot}><Button type="submit" isBusy={isBusy}>{t('report.answer')}</Button></div>
          </Form>
        )}
      </div>
    </Panel>
  );
}

const Foot = ({ words, isBusy, onClose }: { words: string; isBusy: boolean; onClose: () => void }) => <><Button onClick={onClose}>{t('cases.cancel')}</Button><Button type="submit" look="filled" isBusy={isBusy}>{words}</Button></>;

function TakeDialog({ report, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', takeReport);
  const [title, setTitle] = useState('');
  const [type, setType] = useState(report.type ?? '');
  const [custodian, setCustodian] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const go = useGo();
  const submit = (): void => {
    setTried(true);
    if (title.trim() === '' || type === '' || !custodian) return;
    void send({ id: report.id, title: title.trim(), type, custodianId: custodian.value }).then(({ id, number }) => {
      announce(t('cases.opened.said', { number }));
      go(`/cases/${id}`);
    }, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('report.take')} onClose={onClose} onSubmit={submit} actions={<Foot words={t('report.take')} isBusy={isBusy} onClose={onClose} />}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <p className="t2">{t('report.take.said')}</p>
        <TextField label={t('cases.what')} value={title} onValue={setTitle} maxLength={200} autoComplete="off" error={problem?.of('/title') ?? (isTried && title.trim() === '' ? t('cases.what.missing') : undefined)} />
        <SelectField label={t('cases.type')} value={type} onValue={setType} placeholder={t('cases.choose')} choices={TYPE_CHOICES} error={problem?.of('/type') ?? (isTried && type === '' ? t('cases.type.missing') : undefined)} />
        <PersonPicker label={t('cases.custodian')} help={t('cases.custodian.help')} value={custodian} onValue={setCustodian} error={problem?.of('/custodianId') ?? (isTried && !custodian ? t('cases.custodian.missing') : undefined)} />
      </div>
    </Dialog>
  );
}

function DismissDialog({ report, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', dismissReport);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (reason.trim().length >= 3) void send({ id: report.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('report.dismiss')} onClose={onClose} onSubmit={submit} actions={<Foot words={t('report.dismiss')} isBusy={isBusy} onClose={onClose} />}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isTried && reason.trim().length < 3 ? t('cases.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}

function KeepOutDialog({ report, onClose }: Given) {
  const { send, isBusy, problem } = useSend('cases', keepOut);
  const [person, setPerson] = useState<Option | null>(null);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (person && reason.trim().length >= 3) void send({ id: report.id, personId: person.value, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('report.keep-out')} onClose={onClose} onSubmit={submit} actions={<Foot words={t('report.keep-out')} isBusy={isBusy} onClose={onClose} />}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <p className="t2">{t('report.keep-out.said')}</p>
        <PersonPicker label={t('cases.members.person')} value={person} onValue={setPerson} error={problem?.of('/personId') ?? (isTried && !person ? t('cases.members.person.missing') : undefined)} />
        <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isTried && reason.trim().length < 3 ? t('cases.reason.missing') : undefined} />
      </div>
    </Dialog>
  );
}
