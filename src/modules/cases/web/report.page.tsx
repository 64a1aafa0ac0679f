import { useState } from 'react';
import { CopyBox, Door } from '#modules/identity/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { makeReport, openReport, type OwnReport, sayReport } from '../report-contract.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { TYPE_CHOICES } from './words.tsx';

type Face = { at: 'choose' } | { at: 'write' } | { at: 'made'; code: string; number: string } | { at: 'back' } | { at: 'open'; code: string; report: OwnReport };

/** The front door: report something, named or not, and come back by the code. Nobody need be signed in. */
export default function ReportPage() {
  const [face, setFace] = useState<Face>({ at: 'choose' });
  useWhere({ title: t('report.title') });
  return (
    <Door title={t('report.title')}>
      {face.at === 'choose' && (
        <div className={css.form}>
          <p>{t('report.promise')}</p>
          <p className="t2 small">{t('report.promise.limits')}</p>
          <Button look="filled" size="large" onClick={() => setFace({ at: 'write' })}>{t('report.write')}</Button>
          <Button size="large" onClick={() => setFace({ at: 'back' })}>{t('report.back')}</Button>
        </div>
      )}
      {face.at === 'write' && <Write onMade={(made) => setFace({ at: 'made', ...made })} onBack={() => setFace({ at: 'choose' })} />}
      {face.at === 'made' && (
        <div className={css.form} role="status">
          <p><b>{t('report.made', { number: face.number })}</b></p>
          <p>{t('report.code.said')}</p>
          <CopyBox label={t('report.code')} text={face.code} />
          <Button onClick={() => setFace({ at: 'choose' })}>{t('cases.done')}</Button>
        </div>
      )}
      {face.at === 'back' && <Back onOpen={(code, report) => setFace({ at: 'open', code, report })} onBack={() => setFace({ at: 'choose' })} />}
      {face.at === 'open' && <Channel code={face.code} first={face.report} />}
    </Door>
  );
}

function Write({ onMade, onBack }: { onMade: (made: { code: string; number: string }) => void; onBack: () => void }) {
  const { send, isBusy, problem } = useSend('cases', makeReport);
  const [text, setText] = useState('');
  const [type, setType] = useState('');
  const [place, setPlace] = useState('');
  const [about, setAbout] = useState('');
  const [name, setName] = useState('');
  const [contact, setContact] = useState('');
  const [isTried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (text.trim() !== '') void send({ text: text.trim(), type: type || null, place: place.trim(), about: about.trim(), name: name.trim(), contact: contact.trim() }).then(onMade, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={submit}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <TextArea label={t('report.text')} help={t('report.text.help')} rows={7} value={text} onValue={setText} maxLength={8_000} error={problem?.of('/text') ?? (isTried && text.trim() === '' ? t('report.text.missing') : undefined)} />
      <SelectField label={t('cases.type')} isOptional value={type} onValue={setType} placeholder={t('report.type.unknown')} choices={TYPE_CHOICES} />
      <TextField label={t('report.place')} isOptional value={place} onValue={setPlace} maxLength={200} autoComplete="off" />
      <TextField label={t('report.about')} help={t('report.about.help')} isOptional value={about} onValue={setAbout} maxLength={1_000} autoComplete="off" />
      <TextField label={t('report.name')} help={t('report.name.help')} isOptional value={name} onValue={setName} maxLength={200} autoComplete="off" />
      {name.trim() !== '' && <TextField label={t('report.contact')} isOptional value={contact} onValue={setContact} maxLength={200} autoComplete="off" />}
      <div className={css.formFoot}><Button type="submit" look="filled" size="large" isBusy={isBusy}>{t('report.send')}</Button><Button size="large" onClick={onBack}>{t('cases.cancel')}</Button></div>
    </Form>
  );
}

function Back({ onOpen, onBack }: { onOpen: (code: string, report: OwnReport) => void; onBack: () => void }) {
  const { send, isBusy, problem } = useSend('cases', openReport);
  const [code, setCode] = useState('');
  const submit = (): void => void send({ code: code.trim() }).then((report) => onOpen(code.trim(), report), () => undefined);
  return (
    <Form className={css.form} onSubmit={submit}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <TextField label={t('report.code')} value={code} onValue={setCode} maxLength={40} autoComplete="off" spellCheck={false} />
      <div className={css.formFoot}><Button type="submit" look="filled" size="large" isBusy={isBusy}>{t('report.open')}</Button><Button size="large" onClick={onBack}>{t('cases.cancel')}</Button></div>
    </Form>
  );
}

function Channel({ code, first }: { code: string; first: OwnReport }) {
  const { send, isBusy, problem } = useSend('cases', sayReport);
  const [report, setReport] = useState(first);
  const [text, setText] = useState('');
  const say = (): void => {
    if (text.trim() !== '') void send({ code, text: text.trim() }).then((next) => { setReport(next); setText(''); }, () => undefined);
  };
  return (
    <div className={css.form}>
      <p><span className="mono">{report.number}</span> {t(`report.state.${report.state}`)} <TwoTimes at={report.receivedAt} /></p>
      {report.messages.length === 0 && <p className="t2">{t('report.messages.none')}</p>}
      <ol className={css.messages}>{report.messages.map((one) => <li key={one.id} data-mine={one.isMine}><span className="t2 small">{one.isMine ? t('report.you') : t('report.they')} <TwoTimes at={one.at} /></span><p className={css.narrative}>{one.text}</p></li>)}</ol>
      <Form className={css.form} onSubmit={say}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        <TextArea label={t('report.say')} rows={4} value={text} onValue={setText} maxLength={8_000} />
        <div className={css.formFoot}><Button type="submit" look="filled" isBusy={isBusy}>{t('report.say.verb')}</Button></div>
      </Form>
    </div>
  );
}
