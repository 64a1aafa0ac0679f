import { type ReactNode, useState } from 'react';
import { PersonPicker } from '#modules/people/web/public.tsx';
import type { CallInput, Endpoint } from '#platform/kernel/contract.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { readersZone } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import type { Option } from '#ui/picker.tsx';
import { answerOffer, disposeExhibit, type ExhibitDetail, lendExhibit, listPlaces, moveExhibit, offerExhibit, resealExhibit, takeBackExhibit } from '../contract.ts';
import { METHODS } from '../rules.ts';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

export type Verb = 'move' | 'reseal' | 'lend' | 'takeBack' | 'offer' | 'take' | 'refuse' | 'dispose';
type Asking = { exhibit: ExhibitDetail; onClose: () => void };

/** What the dialogs have in common: what is refused is said at its field, and what was done is said once. */
function Ask<E extends Endpoint>({ exhibit, endpoint, verb, input, isWhole, onClose, children }: Asking & { endpoint: E; verb: Verb; input: CallInput<E>; isWhole: boolean; children: (errorOf: (pointer: string, missing?: string) => string | undefined) => ReactNode }) {
  const sending = useSend('exhibits', endpoint);
  const [isTried, setTried] = useState(false);
  const { problem } = sending;
  const submit = (): void => {
    setTried(true);
    if (isWhole) void sending.send(input).then(() => { announce(t('exhibits.saved', { number: exhibit.number })); onClose(); }, () => undefined);
  };
  return (
    <Dialog title={t(`exhibits.verb.${verb}`)} onClose={onClose} onSubmit={submit} actions={<><Button onClick={onClose}>{t('exhibits.cancel')}</Button><Button type="submit" look="filled" isBusy={sending.isBusy}>{t(`exhibits.verb.${verb}`)}</Button></>}>
      <div className={css.form}>
        {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
        {children((pointer, missing) => problem?.of(pointer) ?? (isTried ? missing : undefined))}
      </div>
    </Dialog>
  );
}

/** A place of the store, or none. */
export function PlaceField({ value, onValue, error }: { value: string; onValue: (value: string) => void; error?: string | undefined }) {
  const places = useRead('exhibits', listPlaces, {});
  return <SelectField label={t('exhibits.place')} isOptional value={value} onValue={onValue} error={error} choices={[{ value: '', title: t('exhibits.place.none') }, ...(places.data?.items ?? []).map(({ id, code, name }) => ({ value: id, title: `${code} ${name}` }))]} />;
}

const missing = (text: string, most = 3): string | undefined => (text.trim().length < most ? t('exhibits.say') : undefined);

function MoveDialog(asking: Asking) {
  const [placeId, setPlace] = useState(asking.exhibit.place?.id ?? '');
  const [isSealWhole, setWhole] = useState(true);
  const [note, setNote] = useState('');
  return (
    <Ask {...asking} verb="move" endpoint={moveExhibit} isWhole input={{ id: asking.exhibit.id, placeId: placeId || null, isSealWhole, note: note.trim() }}>
      {(errorOf) => <><PlaceField value={placeId} onValue={setPlace} error={errorOf('/placeId')} /><CheckField label={t('exhibits.seal.whole')} isOn={isSealWhole} onValue={setWhole} /><TextField label={t('exhibits.note')} isOptional value={note} onValue={setNote} maxLength={1000} /></>}
    </Ask>
  );
}

function ResealDialog(asking: Asking) {
  const [seal, setSeal] = useState('');
  const [packaging, setPackaging] = useState('');
  const [isSealWhole, setWhole] = useState(true);
  const [note, setNote] = useState('');
  return (
    <Ask {...asking} verb="reseal" endpoint={resealExhibit} isWhole={!missing(note)} input={{ id: asking.exhibit.id, seal: seal.trim(), packaging: packaging.trim(), isSealWhole, note: note.trim() }}>
      {(errorOf) => <>
        <CheckField label={t('exhibits.seal.former', { seal: asking.exhibit.seal || '–' })} isOn={isSealWhole} onValue={setWhole} />
        <TextField label={t('exhibits.seal.new')} isOptional value={seal} onValue={setSeal} maxLength={60} autoComplete="off" error={errorOf('/seal')} /><TextField label={t('exhibits.packaging')} isOptional value={packaging} onValue={setPackaging} maxLength={300} autoComplete="off" />
        <TextField label={t('exhibits.why')} value={note} onValue={setNote} maxLength={1000} error={errorOf('/note', missing(note))} />
      </>}
    </Ask>
  );
}

function LendDialog(asking: Asking) {
  const [to, setTo] = useState('');
  const [dueBackAt, setDue] = useState<string | null>(null);
  const [isSealWhole, setWhole] = useState(true);
  const [note, setNote] = useState('');
  return (
    <Ask {...asking} verb="lend" endpoint={lendExhibit} isWhole={!missing(to) && !missing(note) && dueBackAt !== null} input={{ id: asking.exhibit.id, to: to.trim(), dueBackAt: dueBackAt ?? '', isSealWhole, note: note.trim() }}>
      {(errorOf) => <>
        <TextField label={t('exhibits.to')} value={to} onValue={setTo} maxLength={200} autoComplete="off" error={errorOf('/to', missing(to))} />
        <MomentField label={t('exhibits.due')} value={dueBackAt} onValue={setDue} timeZone={readersZone()} meaning="future" error={errorOf('/dueBackAt', dueBackAt === null ? t('exhibits.say') : undefined)} />
        <TextField label={t('exhibits.purpose')} value={note} onValue={setNote} maxLength={1000} error={errorOf('/note', missing(note))} /><CheckField label={t('exhibits.seal.whole')} isOn={isSealWhole} onValue={setWhole} />
      </>}
    </Ask>
  );
}

function TakeBackDialog(asking: Asking) {
  const [placeId, setPlace] = useState('');
  const [seal, setSeal] = useState('');
  const [isSealWhole, setWhole] = useState(true);
  const [note, setNote] = useState('');
  return (
    <Ask {...asking} verb="takeBack" endpoint={takeBackExhibit} isWhole input={{ id: asking.exhibit.id, placeId: placeId || null, seal: seal.trim(), isSealWhole, note: note.trim() }}>
      {(errorOf) => <>
        <PlaceField value={placeId} onValue={setPlace} error={errorOf('/placeId')} /><CheckField label={t('exhibits.seal.whole')} isOn={isSealWhole} onValue={setWhole} />
        <TextField label={t('exhibits.seal.new')} isOptional value={seal} onValue={setSeal} maxLength={60} autoComplete="off" error={errorOf('/seal')} /><TextField label={t('exhibits.note')} isOptional value={note} onValue={setNote} maxLength={1000} />
      </>}
    </Ask>
  );
}

function OfferDialog(asking: Asking) {
  const [person, setPerson] = useState<Option | null>(null);
  const [purpose, setPurpose] = useState('');
  return (
    <Ask {...asking} verb="offer" endpoint={offerExhibit} isWhole={person !== null && !missing(purpose)} input={{ id: asking.exhibit.id, toId: person?.value ?? '', purpose: purpose.trim() }}>
      {(errorOf) => <><PersonPicker label={t('exhibits.offer.to')} help={t('exhibits.offer.help')} value={person} onValue={setPerson} error={errorOf('/toId', person === null ? t('exhibits.say') : undefined)} /><TextField label={t('exhibits.purpose')} value={purpose} onValue={setPurpose} maxLength={1000} error={errorOf('/purpose', missing(purpose))} /></>}
    </Ask>
  );
}

function AnswerDialog({ isTaken, ...asking }: Asking & { isTaken: boolean }) {
  const [isSealWhole, setWhole] = useState(true);
  const [note, setNote] = useState('');
  return (
    <Ask {...asking} verb={isTaken ? 'take' : 'refuse'} endpoint={answerOffer} isWhole={isTaken || !missing(note)} input={{ id: asking.exhibit.id, isTaken, isSealWhole, note: note.trim() }}>
      {(errorOf) => <>
        <p>{t('exhibits.offer.said', { name: asking.exhibit.offer?.from.name ?? '', purpose: asking.exhibit.offer?.purpose ?? '' })}</p>
        {isTaken && <CheckField label={t('exhibits.seal.whole')} isOn={isSealWhole} onValue={setWhole} />}
        <TextField label={isTaken ? t('exhibits.note') : t('exhibits.why')} isOptional={isTaken} value={note} onValue={setNote} maxLength={1000} error={errorOf('/note', isTaken ? undefined : missing(note))} />
      </>}
    </Ask>
  );
}

function DisposeDialog(asking: Asking) {
  const [method, setMethod] = useState<(typeof METHODS)[number]>('returned');
  const [to, setTo] = useState('');
  const [authority, setAuthority] = useState('');
  return (
    <Ask {...asking} verb="dispose" endpoint={disposeExhibit} isWhole={!missing(authority)} input={{ id: asking.exhibit.id, method, to: to.trim(), authority: authority.trim() }}>
      {(errorOf) => <>
        <p className="t2">{t('exhibits.dispose.said')}</p>
        <SelectField label={t('exhibits.method')} value={method} onValue={(value) => setMethod(METHODS.find((one) => one === value) ?? 'returned')} choices={METHODS.map((value) => ({ value, title: t(`exhibits.method.${value}`) }))} />
        <TextField label={t('exhibits.to')} isOptional value={to} onValue={setTo} maxLength={200} autoComplete="off" /><TextArea label={t('exhibits.authority')} value={authority} onValue={setAuthority} maxLength={1000} rows={2} error={errorOf('/authority', missing(authority))} />
      </>}
    </Ask>
  );
}

const DIALOGS = { move: MoveDialog, reseal: ResealDialog, lend: LendDialog, takeBack: TakeBackDialog, offer: OfferDialog, dispose: DisposeDialog };

/** The question that a verb of an exhibit asks. */
export function VerbDialog({ verb, ...asking }: Asking & { verb: Verb }) {
  if (verb === 'take' || verb === 'refuse') return <AnswerDialog {...asking} isTaken={verb === 'take'} />;
  const Part = DIALOGS[verb];
  return <Part {...asking} />;
}
