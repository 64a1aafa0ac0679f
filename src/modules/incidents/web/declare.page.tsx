import { useEffect, useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { CheckField, FaultSummary, FilledIn, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { Asked } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { readersZone } from '#platform/web/session.tsx';
import { type AlarmDetail, getAlarm } from '#modules/alarms/contract.ts';
import { readSite } from '#modules/sites/contract.ts';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { type Classification, declareIncident } from '../contract.ts';
import { useClassification } from './classification.ts';
import { SeverityChoice } from './dialogs.tsx';
import css from './incidents.module.css';
import { t } from './messages.en.ts';
import { typeOption, TypePicker } from './pickers.tsx';
import { SeverityMark } from './severity.tsx';

const VIEW = viewOf({ alarm: text() });

/** Declares an incident by hand, or from the alarm in the address. */
export default function DeclarePage() {
  const [{ alarm: alarmId }] = useView(VIEW);
  const classification = useClassification();
  const alarm = useRead('alarms', getAlarm, { id: alarmId ?? '' }, { isOn: alarmId !== undefined });
  useWhere({ title: t('incidents.declare') });
  return (
    <div className={css.declare}>
      <h1 className="title">{t('incidents.declare')}</h1>
      <Asked reading={classification}>
        {(shipped) => (alarmId === undefined ? <DeclareForm classification={shipped} alarm={null} /> : <Asked reading={alarm}>{(from) => <DeclareForm key={from.id} classification={shipped} alarm={from} />}</Asked>)}
      </Asked>
    </div>
  );
}

type DeclareFormProps = { classification: Classification; alarm: AlarmDetail | null };

function DeclareForm({ classification, alarm }: DeclareFormProps) {
  const go = useGo();
  const declaring = useSend('incidents', declareIncident);
  const [title, setTitle] = useState(alarm?.title ?? '');
  const [type, setType] = useState<Option | null>(null);
  const suggested = alarm && classification.types.find(({ key }) => key === (classification.suggestedFor[alarm.type] ?? 'other'));
  const [keepsType, setKeepsType] = useState(Boolean(suggested));
  const [severity, setSeverity] = useState(suggested ? String(suggested.defaultSeverity) : '');
  const [keepsSeverity, setKeepsSeverity] = useState(Boolean(suggested));
  const [site, setSite] = useState<Option | null>(null);
  const [keepsSite, setKeepsSite] = useState(alarm !== null && alarm.siteId !== null);
  const alarmPlace = alarm ? [alarm.area && t('incidents.area', { area: alarm.area }), alarm.point?.replace(':', ' ')].filter(Boolean).join(', ') : '';
  const [place, setPlace] = useState('');
  const [keepsPlace, setKeepsPlace] = useState(alarmPlace !== '');
  const [occurredFrom, setOccurredFrom] = useState<string | null>(alarm?.raisedAt ?? null);
  const [narrative, setNarrative] = useState('');
  const [isWalled, setWalled] = useState(false);
  const [custodian, setCustodian] = useState<Option | null>(null);
  const [isChecked, setChecked] = useState(false);
  const siteId = keepsSite ? alarm?.siteId : site?.value;
  const chosenSite = useRead('sites', readSite, { id: siteId ?? '' }, { isOn: Boolean(siteId) });
  const timeZone = chosenSite.data?.timeZone ?? readersZone();
  const takeType = (next: Option | null): void => {
    setType(next);
    const shipped = classification.types.find(({ key }) => key === next?.value);
    if (shipped && severity === '') setSeverity(String(shipped.defaultSeverity));
  };
  const lacksSeverity = severity === '' && !keepsType && type === null;
  const declare = async (): Promise<void> => {
    setChecked(true);
    if (title.trim() === '' || lacksSeverity || (isWalled && !custodian)) return;
    const sent = declaring.send({
      title: title.trim(), ...(alarm && { fromAlarmId: alarm.id }), ...(!keepsType && { type: type?.value ?? null }), ...(severity !== '' && { severity: Number(severity) }), ...(siteId && { siteId }),
      place: place.trim(), narrative: narrative.trim(), ...(occurredFrom && { occurredFrom }), ...(isWalled && custodian && { custodianId: custodian.value }),
    });
    await sent.then((made) => {
      announce(t('incidents.declare.done', { number: made.number }));
      go(`/incidents/${made.id}`, { replace: true });
    }, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void declare()}>
      {declaring.problem && <FaultSummary faults={declaring.problem.errors} detail={declaring.problem.detail} />}
      {alarm && <FilledIn label={t('incidents.from-alarm')} value={<><span className="mono">{alarm.number}</span> {alarm.title}, <TwoTimes at={alarm.raisedAt} siteZone={timeZone} seconds /></>} />}
      <TitleField title={title} onTitle={setTitle} error={isChecked && title.trim() === '' ? t('incidents.title.missing') : declaring.problem?.of('/title')} />
      {keepsType ? <FilledIn label={t('incidents.type')} value={<>{suggested?.title} <span className="t2">{t('incidents.type.suggested')}</span></>} onChange={() => setKeepsType(false)} /> : <TypePicker classification={classification} label={t('incidents.type')} isOptional help={t('incidents.type.help')} value={type ?? typeOption(classification, null)} onValue={takeType} error={declaring.problem?.of('/type')} />}
      {keepsSeverity ? <FilledIn label={t('incidents.severity')} value={<><SeverityMark severity={Number(severity)} /> <span className="t2">{t('incidents.severity.default')}</span></>} onChange={() => setKeepsSeverity(false)} /> : <SeverityChoice classification={classification} value={severity} onValue={setSeverity} error={isChecked && lacksSeverity ? t('incidents.severity.missing') : declaring.problem?.of('/severity')} />}
      {keepsSite ? <FilledIn label={t('incidents.site')} value={alarm?.site ?? chosenSite.data?.name ?? ''} onChange={() => setKeepsSite(false)} /> : <SitePicker label={t('incidents.site')} value={site} onValue={setSite} error={declaring.problem?.of('/siteId')} />}
      {keepsPlace ? <FilledIn label={t('incidents.place')} value={alarmPlace} onChange={() => setKeepsPlace(false)} /> : <TextField label={t('incidents.place')} isOptional value={place} onValue={setPlace} maxLength={200} autoComplete="off" />}
      {alarm ? <FilledIn label={t('incidents.began')} value={<TwoTimes at={alarm.raisedAt} siteZone={timeZone} seconds />} /> : <MomentField key={timeZone} label={t('incidents.began')} isOptional value={occurredFrom} onValue={setOccurredFrom} timeZone={timeZone} error={declaring.problem?.of('/occurredFrom')} />}
      <TextArea label={t('incidents.narrative')} isOptional value={narrative} onValue={setNarrative} maxLength={20_000} />
      <CheckField label={t('incidents.declare.walled')} isOn={isWalled} onValue={setWalled} />
      {isWalled && <PersonPicker label={t('incidents.wall.custodian')} help={t('incidents.wall.custodian.help')} value={custodian} onValue={setCustodian} error={isChecked && !custodian ? t('incidents.wall.custodian.missing') : declaring.problem?.of('/custodianId')} />}
      <div className={css.formFoot}>
        <Button type="submit" look="filled" size="large" isBusy={declaring.isBusy}>{t('incidents.declare.verb')}</Button>
        <Button size="large" onClick={() => history.back()}>{t('incidents.cancel')}</Button>
      </div>
    </Form>
  );
}

/** The first words; they take the focus, since nothing is known without them. */
function TitleField({ title, onTitle, error }: { title: string; onTitle: (title: string) => void; error: string | undefined }) {
  const [field, setField] = useState<HTMLInputElement | null>(null);
  useEffect(() => field?.focus(), [field]);
  return <TextField ref={setField} label={t('incidents.title')} help={t('incidents.title.help')} value={title} onValue={onTitle} maxLength={200} autoComplete="off" error={error} />;
}
