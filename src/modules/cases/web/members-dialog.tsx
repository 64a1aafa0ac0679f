import { useState } from 'react';
import { WallPanel } from '#modules/identity/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { admitMember, type Case, removeMember } from '../contract.ts';
import { isKeptPart, PARTS, type Part } from '../rules.ts';
import css from './cases.module.css';
import { t } from './messages.en.ts';
import { PART_CHOICES, partWords } from './words.tsx';

const MIN_REASON = 3;
const lacks = (reason: string): boolean => reason.trim().length < MIN_REASON;

/** Who stands in the room, by part; letting in and taking out for who may. */
export function MembersDialog({ room, onClose }: { room: Case; onClose: () => void }) {
  const mayChange = room.mine.includes('cases:wall');
  const [going, setGoing] = useState<string | null>(null);
  return (
    <Dialog size="wide" title={t('cases.members.title', { n: room.members.length })} onClose={onClose} actions={<Button onClick={onClose}>{t('cases.done')}</Button>}>
      <ul className={css.items}>
        {room.members.map((member) => (
          <li key={member.personId} className={css.item}>
            <div className={css.itemWords}>
              <span><b>{member.name}</b> <span className="t2">{partWords(member.part)}</span></span>
              <span className="t2 small">{t('cases.members.since')} <TwoTimes at={member.since} />{member.until && <> {t('cases.members.until')} <TwoTimes at={member.until} /></>}</span>
            </div>
            {mayChange && going !== member.personId && <Button look="quiet" onClick={() => setGoing(member.personId)}>{t('cases.members.remove')}<span className="unseen"> {member.name}</span></Button>}
            {going === member.personId && <RemoveForm room={room} personId={member.personId} onDone={() => setGoing(null)} />}
          </li>
        ))}
      </ul>
      <WallPanel recordId={room.id} />
      {mayChange && <AdmitForm room={room} />}
    </Dialog>
  );
}

function RemoveForm({ room, personId, onDone }: { room: Case; personId: string; onDone: () => void }) {
  const sending = useSend('cases', removeMember);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const save = (): void => {
    setTried(true);
    if (!lacks(reason)) void sending.send({ id: room.id, personId, reason: reason.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.inlineForm} onSubmit={save}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isTried && lacks(reason) ? t('cases.reason.missing') : undefined} />
      <div className={css.formFoot}><Button type="submit" look="danger" isBusy={sending.isBusy}>{t('cases.members.remove')}</Button></div>
    </Form>
  );
}

function AdmitForm({ room }: { room: Case }) {
  const sending = useSend('cases', admitMember);
  const [person, setPerson] = useState<Option | null>(null);
  const [part, setPart] = useState<Part>('case-investigator');
  const [until, setUntil] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const done = (): void => {
    setPerson(null);
    setUntil(null);
    setReason('');
    setTried(false);
  };
  const save = (): void => {
    setTried(true);
    if (!person || lacks(reason)) return;
    void sending.send({ id: room.id, personId: person.value, part, reason: reason.trim(), ...(until !== null && !isKeptPart(part) && { until }) }).then(done, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={save} aria-label={t('cases.members.admit')}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      <PersonPicker label={t('cases.members.person')} value={person} onValue={setPerson} error={problem?.of('/personId') ?? (isTried && !person ? t('cases.members.person.missing') : undefined)} />
      <SelectField label={t('cases.members.part')} value={part} onValue={(value) => setPart(PARTS.find((one) => one === value) ?? 'case-observer')} choices={PART_CHOICES()} help={part === 'case-lead' ? t('cases.members.lead.help') : undefined} />
      {!isKeptPart(part) && <MomentField label={t('cases.members.until')} isOptional value={until} onValue={setUntil} timeZone={room.timeZone ?? readersZone()} error={problem?.of('/until')} />}
      <TextField label={t('cases.reason')} value={reason} onValue={setReason} maxLength={1_000} autoComplete="off" error={isTried && lacks(reason) ? t('cases.reason.missing') : undefined} />
      <div className={css.formFoot}><Button type="submit" isBusy={sending.isBusy}>{t('cases.members.admit')}</Button></div>
    </Form>
  );
}
