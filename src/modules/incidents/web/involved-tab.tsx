import { type ReactNode, useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useFocusBack } from '#ui/focus-back.ts';
import { CheckField, FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { type Option } from '#ui/picker.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { addPerson, addThing, changeFacts, type Incident, Injury, PersonRole, ThingKind } from '../contract.ts';
import { isStated } from './answers.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';
import type { Strikable } from './strike-dialog.tsx';

type Line = { id: string; mergedFrom: string | null; struckAt: string | null; struckBy: string | null; struckReason: string | null };
type TabProps = { incident: Incident; mayWrite: boolean; onStrike: (line: Strikable) => void };

/** A line of a list: what, more about it, and how to strike it; a struck one keeps its words. */
export function LineItem({ line, title, children, end, onStrike, name }: { line: Line; title: ReactNode; children?: ReactNode; end?: ReactNode; onStrike?: (() => void) | undefined; name: string }) {
  const isStruck = line.struckAt !== null;
  return (
    <li className={css.item}>
      <div className={css.itemWords}>
        <div className={cx(isStruck && css.struck)}>{title}{line.mergedFrom !== null && <> <Tag look="line">{line.mergedFrom}</Tag></>}</div>
        {children && <div className={cx('t2', 'small', isStruck && css.struck)}>{children}</div>}
        {isStruck && <p className="small t2">{t('incidents.struck', { who: line.struckBy ?? '', why: line.struckReason ?? '' })}</p>}
      </div>
      {end}
      {onStrike && !isStruck && line.mergedFrom === null && <Button look="quiet" className={css.strike} onClick={onStrike}>{t('incidents.strike')}<span className="unseen"> {name}</span></Button>}
    </li>
  );
}

/** Whether a list that its type asks for may be answered by “none” or “not known”, and is. */
function InsteadOfList({ incident, fields, isEmpty }: { incident: Incident; fields: readonly string[]; isEmpty: boolean }) {
  const saving = useSend('incidents', changeFacts);
  const asked = fields.filter((key) => isStated(incident.fields[key]) || incident.missing.some(({ field }) => field === key));
  if (!isEmpty || asked.length === 0) return null;
  return (
    <div className={css.insteadOf}>
      {saving.problem && <FaultSummary faults={[]} detail={saving.problem.detail} />}
      {asked.map((key) => {
        const stated = incident.fields[key];
        return (['none', 'unknown'] as const).map((word) => (
          <CheckField key={`${key}${word}`} label={t(`incidents.list.${word}`, { what: t(`incidents.list.of.${listName(key)}`) })} isOn={isStated(stated) && stated.stated === word} isDisabled={saving.isBusy} onValue={(isOn) => void saving.send({ id: incident.id, fields: { [key]: isOn ? { stated: word } : null } }).catch(() => undefined)} />
        ));
      })}
    </div>
  );
}

const listName = (key: string): 'persons' | 'vehicles' | 'things' => (key === 'vehicles' || key === 'things' ? key : 'persons');

/** People, vehicles, things and organisations involved. */
export function InvolvedTab({ incident, mayWrite, onStrike }: TabProps) {
  const [adding, setAdding] = useState<'person' | 'thing' | null>(null);
  useFocusBack(adding === null ? null : `add-${adding}`);
  const people = incident.people.filter(({ struckAt }) => struckAt === null);
  const things = incident.things.filter(({ struckAt }) => struckAt === null);
  return (
    <>
      <Panel title={t('incidents.people')} actions={mayWrite && adding !== 'person' && <Button id="add-person" look="quiet" icon="add" onClick={() => setAdding('person')}>{t('incidents.people.add')}</Button>}>
        <span id="field-persons" />
        {adding === 'person' && <PersonForm incident={incident} onDone={() => setAdding((open) => (open === 'person' ? null : open))} />}
        {incident.people.length === 0 && adding !== 'person' && <Empty>{t('incidents.people.empty')}</Empty>}
        <ul className={css.items}>
          {incident.people.map((person) => (
            <LineItem key={person.id} line={person} name={person.name} title={<><b>{person.name}</b> <span className="t2">{t(`incidents.role.${person.role}`)}</span></>} onStrike={mayWrite ? () => onStrike({ kind: 'people', id: person.id, words: person.name }) : undefined}>
              {[person.injury && t(`incidents.injury.${person.injury}`), person.details].filter(Boolean).join(' · ')}
            </LineItem>
          ))}
        </ul>
        {mayWrite && <InsteadOfList incident={incident} fields={['persons']} isEmpty={people.length === 0} />}
      </Panel>
      <Panel title={t('incidents.things')} actions={mayWrite && adding !== 'thing' && <Button id="add-thing" look="quiet" icon="add" onClick={() => setAdding('thing')}>{t('incidents.things.add')}</Button>}>
        <span id="field-things" />
        <span id="field-vehicles" />
        {adding === 'thing' && <ThingForm incident={incident} onDone={() => setAdding((open) => (open === 'thing' ? null : open))} />}
        {incident.things.length === 0 && adding !== 'thing' && <Empty>{t('incidents.things.empty')}</Empty>}
        <ul className={css.items}>
          {incident.things.map((thing) => (
            <LineItem key={thing.id} line={thing} name={thing.description} title={<><b>{thing.description}</b> {thing.identifier && <span className="mono">{thing.identifier}</span>} <span className="t2">{t(`incidents.thing.${thing.kind}`)}</span></>} onStrike={mayWrite ? () => onStrike({ kind: 'things', id: thing.id, words: thing.description }) : undefined}>
              {[thing.role, thing.details].filter(Boolean).join(' · ')}
            </LineItem>
          ))}
        </ul>
        {mayWrite && <InsteadOfList incident={incident} fields={['vehicles']} isEmpty={!things.some(({ kind }) => kind === 'vehicle')} />}
        {mayWrite && <InsteadOfList incident={incident} fields={['things']} isEmpty={!things.some(({ kind }) => kind !== 'vehicle')} />}
      </Panel>
    </>
  );
}

type FormProps = { incident: Incident; onDone: () => void };

function PersonForm({ incident, onDone }: FormProps) {
  const adding = useSend('incidents', addPerson);
  const [role, setRole] = useState('');
  const [known, setKnown] = useState<Option | null>(null);
  const [name, setName] = useState('');
  const [injury, setInjury] = useState('');
  const [details, setDetails] = useState('');
  const [isChecked, setChecked] = useState(false);
  const roleKey = PersonRole.options.find((one) => one === role);
  const lacksName = known === null && name.trim() === '';
  const add = async (): Promise<void> => {
    setChecked(true);
    if (!roleKey || lacksName) return;
    await adding.send({ id: incident.id, role: roleKey, personId: known?.value ?? null, name: known ? '' : name.trim(), injury: Injury.options.find((one) => one === injury) ?? null, details: details.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void add()}>
      {adding.problem && <FaultSummary faults={adding.problem.errors} detail={adding.problem.detail} />}
      <SelectField label={t('incidents.role')} value={role} onValue={setRole} placeholder={t('incidents.choose')} choices={PersonRole.options.map((one) => ({ value: one, title: t(`incidents.role.${one}`) }))} error={isChecked && !roleKey ? t('incidents.role.missing') : undefined} autoFocus />
      {known === null && <TextField label={t('incidents.person.name')} help={t('incidents.person.name.help')} value={name} onValue={setName} maxLength={200} autoComplete="off" error={isChecked && lacksName ? t('incidents.person.missing') : undefined} />}
      {name === '' && <PersonPicker label={t('incidents.person.known')} isOptional value={known} onValue={setKnown} />}
      <SelectField label={t('incidents.injury')} isOptional value={injury} onValue={setInjury} placeholder={t('incidents.not-known')} choices={Injury.options.map((one) => ({ value: one, title: t(`incidents.injury.${one}`) }))} />
      <TextArea label={t('incidents.details')} isOptional rows={2} value={details} onValue={setDetails} maxLength={4_000} />
      <FormFoot words={t('incidents.people.add')} isBusy={adding.isBusy} onDone={onDone} />
    </Form>
  );
}

function ThingForm({ incident, onDone }: FormProps) {
  const adding = useSend('incidents', addThing);
  const [kind, setKind] = useState('');
  const [description, setDescription] = useState('');
  const [identifier, setIdentifier] = useState('');
  const [role, setRole] = useState('');
  const [isChecked, setChecked] = useState(false);
  const kindKey = ThingKind.options.find((one) => one === kind);
  const add = async (): Promise<void> => {
    setChecked(true);
    if (!kindKey || description.trim() === '') return;
    await adding.send({ id: incident.id, kind: kindKey, description: description.trim(), identifier: identifier.trim(), role: role.trim() }).then(onDone, () => undefined);
  };
  return (
    <Form className={css.form} onSubmit={() => void add()}>
      {adding.problem && <FaultSummary faults={adding.problem.errors} detail={adding.problem.detail} />}
      <SelectField label={t('incidents.thing')} value={kind} onValue={setKind} placeholder={t('incidents.choose')} choices={ThingKind.options.map((one) => ({ value: one, title: t(`incidents.thing.${one}`) }))} error={isChecked && !kindKey ? t('incidents.thing.missing') : undefined} autoFocus />
      <TextField label={t('incidents.thing.what')} value={description} onValue={setDescription} maxLength={200} autoComplete="off" error={isChecked && description.trim() === '' ? t('incidents.thing.what.missing') : undefined} />
      <TextField label={t('incidents.thing.mark')} isOptional value={identifier} onValue={setIdentifier} maxLength={200} autoComplete="off" />
      <TextField label={t('incidents.thing.role')} isOptional value={role} onValue={setRole} maxLength={200} autoComplete="off" />
      <FormFoot words={t('incidents.things.add')} isBusy={adding.isBusy} onDone={onDone} />
    </Form>
  );
}

export const FormFoot = ({ words, isBusy, onDone }: { words: string; isBusy: boolean; onDone: () => void }) => (
  <div className={css.formFoot}>
    <Button type="submit" isBusy={isBusy}>{words}</Button>
    <Button onClick={onDone}>{t('incidents.cancel')}</Button>
  </div>
);
