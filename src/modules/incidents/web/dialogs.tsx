import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { ChoiceGroup, FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { WallPanel } from '#modules/identity/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { CustodianForm } from './custodian-form.tsx';
import { admitMember, changeSeverity, type Classification, classifyIncident, type Incident, removeMember, reopenIncident, wallIncident, WallPart } from '../contract.ts';
import { typeTitle } from './classification.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';
import { typeOption, TypePicker } from './pickers.tsx';
import { severityName } from './severity.tsx';

type Given = { incident: Incident; onClose: () => void };
type Sent = { isBusy: boolean; problem: { detail: string; errors: readonly { pointer: string; detail: string }[] } | null };

const lacks = (reason: string): boolean => reason.trim().length < 3;

const Foot = ({ words, isBusy, onClose, isDanger = false }: { words: string; isBusy: boolean; onClose: () => void; isDanger?: boolean }) => (
  <>
    <Button onClick={onClose}>{t('incidents.cancel')}</Button>
    <Button type="submit" look={isDanger ? 'danger' : 'filled'} isBusy={isBusy}>{words}</Button>
  </>
);

const Refused = ({ sent }: { sent: Sent }) => (sent.problem ? <FaultSummary faults={sent.problem.errors} detail={sent.problem.detail} /> : null);

const ReasonField = ({ value, onValue, isChecked }: { value: string; onValue: (value: string) => void; isChecked: boolean }) => (
  <TextField label={t('incidents.reason')} value={value} onValue={onValue} maxLength={1_000} autoComplete="off" error={isChecked && lacks(value) ? t('incidents.reason.missing') : undefined} />
);

/** Gives it its type; what the type asks for shows at once. */
export function ClassifyDialog({ incident, classification, onClose }: Given & { classification: Classification }) {
  const sending = useSend('incidents', classifyIncident);
  const [type, setType] = useState<Option | null>(typeOption(classification, incident.type));
  const [subtype, setSubtype] = useState(incident.subtype ?? '');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const chosen = classification.types.find(({ key }) => key === type?.value);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!type) return;
    await sending.send({ id: incident.id, type: type.value, subtype: subtype || null, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('incidents.classify.title')} onClose={onClose} onSubmit={() => void save()} actions={<Foot words={t('incidents.classify')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <TypePicker classification={classification} label={t('incidents.type')} value={type} onValue={(next) => { setType(next); setSubtype(''); }} error={isChecked && !type ? t('incidents.type.missing') : undefined} />
        {chosen && chosen.subtypes.length > 0 && <SelectField label={t('incidents.subtype')} isOptional value={subtype} onValue={setSubtype} placeholder={t('incidents.not-said')} choices={chosen.subtypes.map((one) => ({ value: one, title: one }))} />}
        {incident.type !== null && <TextField label={t('incidents.reason')} isOptional value={reason} onValue={setReason} maxLength={200} />}
      </div>
    </Dialog>
  );
}

/** Raises or lowers the severity; each step's definition stands beside it. */
export function SeverityDialog({ incident, classification, onClose }: Given & { classification: Classification }) {
  const sending = useSend('incidents', changeSeverity);
  const [severity, setSeverity] = useState(String(incident.severity));
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (lacks(reason)) return;
    await sending.send({ id: incident.id, severity: Number(severity), reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('incidents.severity.title')} onClose={onClose} onSubmit={() => void save()} actions={<Foot words={t('incidents.severity.change')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <SeverityChoice classification={classification} value={severity} onValue={setSeverity} />
        <ReasonField value={reason} onValue={setReason} isChecked={isChecked} />
      </div>
    </Dialog>
  );
}

/** The five severities, each with its definition at hand; none weighs more than another. */
export const SeverityChoice = ({ classification, value, onValue, error }: { classification: Classification; value: string; onValue: (value: string) => void; error?: string | undefined }) => (
  <ChoiceGroup label={t('incidents.severity')} value={value} onValue={onValue} error={error} choices={classification.severities.map(({ severity, definition }) => ({ value: String(severity), title: `${severity}\u00a0${severityName(severity)}`, hint: definition }))} />
);

export function ReopenDialog({ incident, onClose }: Given) {
  const sending = useSend('incidents', reopenIncident);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (lacks(reason)) return;
    await sending.send({ id: incident.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t('incidents.reopen.title', { number: incident.number })} onClose={onClose} onSubmit={() => void save()} actions={<Foot words={t('incidents.reopen')} isBusy={sending.isBusy} onClose={onClose} />}>
      <div className={css.form}><Refused sent={sending} /><ReasonField value={reason} onValue={setReason} isChecked={isChecked} /></div>
    </Dialog>
  );
}

/** Puts it behind a wall: who will see it, and what cannot be undone, is said first. */
export function WallDialog({ incident, onClose }: Given) {
  const sending = useSend('incidents', wallIncident);
  const [custodian, setCustodian] = useState<Option | null>(null);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!custodian || lacks(reason)) return;
    await sending.send({ id: incident.id, custodianId: custodian.value, reason: reason.trim() }).then(() => {
      announce(t('incidents.wall.done', { number: incident.number }));
      onClose();
    }, () => undefined);
  };
  return (
    <Dialog title={t('incidents.wall.title')} onClose={onClose} onSubmit={() => void save()} actions={<Foot words={t('incidents.wall.verb')} isBusy={sending.isBusy} onClose={onClose} isDanger />}>
      <div className={css.form}>
        <Refused sent={sending} />
        <ul className={css.preview}><li>{t('incidents.wall.preview.see')}</li><li>{t('incidents.wall.preview.before')}</li><li>{t('incidents.wall.preview.back')}</li></ul>
        <PersonPicker label={t('incidents.wall.custodian')} help={t('incidents.wall.custodian.help')} value={custodian} onValue={setCustodian} error={isChecked && !custodian ? t('incidents.wall.custodian.missing') : undefined} />
        <ReasonField value={reason} onValue={setReason} isChecked={isChecked} />
      </div>
    </Dialog>
  );
}

/** Who stands behind the wall, by part; letting in and removing for who may. */
export function MembersDialog({ incident, onClose }: Given) {
  const mayChange = incident.mine.includes('incidents:wall');
  const [going, setGoing] = useState<string | null>(null);
  return (
    <Dialog size="wide" title={t('incidents.members.title', { n: incident.members.length })} onClose={onClose} actions={<Button onClick={onClose}>{t('incidents.done')}</Button>}>
      <ul className={css.items}>
        {incident.members.map((member) => (
          <li key={member.personId} className={css.item}>
            <div className={css.itemWords}><b>{member.name}</b> <span className="t2">{member.part === 'wall-glass' ? t('incidents.part.wall-glass') : t(`incidents.part.${partOf(member.part)}`)}</span></div>
            {mayChange && going !== member.personId && <Button look="quiet" onClick={() => setGoing(member.personId)}>{t('incidents.members.remove')}<span className="unseen"> {member.name}</span></Button>}
            {going === member.personId && (isLastCustodian(incident, member.personId) ? <CustodianForm incident={incident} personId={member.personId} /> : <RemoveForm incident={incident} personId={member.personId} onDone={() => setGoing(null)} />)}
          </li>
        ))}
      </ul>
      <WallPanel recordId={incident.id} />
      {mayChange && <AdmitForm incident={incident} />}
    </Dialog>
  );
}

const isLastCustodian = ({ members }: Incident, personId: string): boolean => members.filter(({ part }) => part === 'wall-custodian').every((member) => member.personId === personId) && members.some((member) => member.personId === personId && member.part === 'wall-custodian');

const partOf = (part: string): (typeof WallPart.options)[number] => WallPart.options.find((one) => one === part) ?? 'wall-reader';

function RemoveForm({ incident, personId, onDone }: { incident: Incident; personId: string; onDone: () => void }) {
  const sending = useSend('incidents', removeMember);
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (lacks(reason)) return;
    await sending.send({ id: incident.id, personId, reason: reason.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.inlineForm} onSubmit={() => void save()}>
      <Refused sent={sending} />
      <ReasonField value={reason} onValue={setReason} isChecked={isChecked} />
      <Button type="submit" look="danger" isBusy={sending.isBusy}>{t('incidents.members.remove')}</Button>
    </Form>
  );
}

function AdmitForm({ incident }: { incident: Incident }) {
  const sending = useSend('incidents', admitMember);
  const [person, setPerson] = useState<Option | null>(null);
  const [part, setPart] = useState<string>('wall-reader');
  const [reason, setReason] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = async (): Promise<void> => {
    setChecked(true);
    if (!person || lacks(reason)) return;
    await sending.send({ id: incident.id, personId: person.value, part: partOf(part), reason: reason.trim() }).then(() => { setPerson(null); setReason(''); setChecked(false); }, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void save()} aria-label={t('incidents.members.admit')}>
      <Refused sent={sending} />
      <PersonPicker label={t('incidents.members.person')} value={person} onValue={setPerson} error={isChecked && !person ? t('incidents.members.person.missing') : undefined} />
      <SelectField label={t('incidents.members.part')} value={part} onValue={setPart} choices={WallPart.options.map((one) => ({ value: one, title: t(`incidents.part.${one}`) }))} />
      <ReasonField value={reason} onValue={setReason} isChecked={isChecked} />
      <div className={css.formFoot}><Button type="submit" isBusy={sending.isBusy}>{t('incidents.members.admit')}</Button></div>
    </Form>
  );
}

/** Asks what the paper is for before a walled incident is printed; it stands on the paper and in the record. */
export function PurposeDialog({ incident, onClose, onPrint }: Given & { onPrint: (purpose: string) => void }) {
  const [purpose, setPurpose] = useState('');
  const [isChecked, setChecked] = useState(false);
  const print = (): void => {
    setChecked(true);
    if (lacks(purpose)) return;
    onPrint(purpose.trim());
    onClose();
  };
  return (
    <Dialog title={t('incidents.print.title', { number: incident.number })} onClose={onClose} onSubmit={print} actions={<Foot words={t('incidents.print')} isBusy={false} onClose={onClose} />}>
      <div className={css.form}><TextField label={t('incidents.print.purpose')} help={t('incidents.print.purpose.help')} value={purpose} onValue={setPurpose} maxLength={200} error={isChecked && lacks(purpose) ? t('incidents.reason.missing') : undefined} /></div>
    </Dialog>
  );
}

export const typeWords = (classification: Classification, incident: Pick<Incident, 'type' | 'subtype'>): string =>
  incident.type === null ? t('incidents.unclassified') : [typeTitle(classification, incident.type), incident.subtype].filter(Boolean).join(', ');
