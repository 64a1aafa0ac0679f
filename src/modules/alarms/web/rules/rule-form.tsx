import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, IconButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, ChoiceGroup, FaultSummary, NumberField, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { type Definition, type Kind, KINDS, MOST_STEPS, placesFor } from '../../correlation-rules.ts';
import { changeDraft, listExamples, type Rule, writeRule } from '../../rule-contract.ts';
import { atPlace, definitionOf, EMPTY, faultsIn, type Filled, filledOf, hasCount, mayBeEmpty, mostOf, onlyHolds, withKind } from './form-state.ts';
import { t } from './messages.en.ts';
import css from './rules.module.css';
import { useTypes } from './types.ts';
import { TypesField } from './types-field.tsx';
import { ruleWords, type Unit, UNITS } from './words.ts';

type Written = { name: string; why: string; definition: Definition };
type RuleFormProps = { rule: ({ of: Rule } & Written) | null; proposed?: Written | null; onClose: () => void; onKept: (rule: Rule) => void };

/** A rule, new or in its next version, in fields: what it looks for, where, within what time, and what it raises. */
export default function RuleForm({ rule, proposed = null, onClose, onKept }: RuleFormProps) {
  const writing = useSend('alarms', writeRule);
  const changing = useSend('alarms', changeDraft);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(rule?.of.version);
  const [name, setName] = useState(rule?.name ?? proposed?.name ?? '');
  const [why, setWhy] = useState(rule?.why ?? proposed?.why ?? '');
  const [filled, setFilled] = useState<Filled>(rule || proposed ? filledOf((rule ?? proposed as Written).definition) : EMPTY);
  const [isTried, setTried] = useState(false);
  const faults = faultsIn(filled);
  const { isBusy, problem } = rule ? changing : writing;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || why.trim().length < 3 || Object.keys(faults).length > 0) return;
    const written = { name: name.trim(), why: why.trim(), definition: definitionOf(filled) };
    const kept = rule ? await changing.send({ id: rule.of.id, ...written }, { ...(version !== undefined && { ifMatch: version }) }) : await writing.send(written);
    announce(t('rules.form.saved', { name: written.name }));
    onClose();
    onKept(kept);
  };
  const begin = (title: string, definition: Definition): void => {
    setFilled(filledOf(definition));
    setName(title);
  };
  return (
    <Dialog size="wide" title={t(rule ? (rule.of.versions.some(({ state }) => state === 'draft') ? 'rules.write.draft' : 'rules.write.next') : 'rules.write')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('rules.form.save')}</Button><Button onClick={onClose}>{t('rules.cancel')}</Button></>}>
      {problem && <FaultSummary faults={problem.errors} detail={problem.detail} />}
      {!rule && <Examples onBegin={begin} />}
      <TextField label={t('rules.form.name')} help={t('rules.form.name.help')} value={name} onValue={setName} maxLength={120} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('rules.form.name.missing') : undefined)} />
      <TextArea label={t('rules.form.why')} rows={2} value={why} onValue={setWhy} error={problem?.of('/why') ?? (isTried && why.trim().length < 3 ? t('rules.form.why.missing') : undefined)} />
      <ChoiceGroup label={t('rules.form.kind')} value={filled.kind} onValue={(kind) => setFilled(withKind(filled, kind as Kind))} choices={KINDS.map((value) => ({ value, title: t(`rules.kind.${value}`), hint: t(`rules.kind.hint.${value}`) }))} />
      <Lists filled={filled} setFilled={setFilled} error={isTried ? faults.lists : undefined} />
      <Numbers filled={filled} setFilled={setFilled} faults={isTried ? faults : {}} problem={(field) => problem?.of(`/definition/${field}`)} />
      {filled.place === 'near' && <p className="t2 small">{t('rules.place.near.help')}</p>}
      <Said filled={filled} />
    </Dialog>
  );
}

function Examples({ onBegin }: { onBegin: (title: string, definition: Definition) => void }) {
  const reading = useRead('alarms', listExamples, {});
  const [chosen, setChosen] = useState('');
  const items = reading.data?.items ?? [];
  const example = items.find(({ key }) => key === chosen);
  const waiting = reading.data?.waiting ?? [];
  const choose = (key: string): void => {
    setChosen(key);
    const found = items.find((one) => one.key === key);
    if (found) onBegin(found.title, found.definition);
  };
  return (
    <div className={css.types}>
      <SelectField label={t('rules.form.example')} help={example?.note || undefined} value={chosen} onValue={choose} placeholder={t('rules.form.example.none')} choices={items.map(({ key, title }) => ({ value: key, title }))} />
      {waiting.length > 0 && (
        <details>
          <summary className="t2 small">{t('rules.form.waiting', { n: waiting.length })}</summary>
          <ul className="small t2">{waiting.map(({ key, title, why }) => <li key={key}><b>{title}</b>: {why}</li>)}</ul>
        </details>
      )}
    </div>
  );
}

type Part = { filled: Filled; setFilled: (filled: Filled) => void };

const labelOf = (kind: Kind, i: number): string => {
  if (kind === 'sequence') return t('rules.form.step', { n: i + 1 });
  if (kind === 'missing') return t(i === 0 ? 'rules.form.first' : 'rules.form.then');
  return kind === 'suppress' ? t(i === 0 ? 'rules.form.cause' : i === 1 ? 'rules.form.held' : 'rules.form.until') : t('rules.form.types');
};

/** What a list keeps from ringing has no ends, which are never held. */
const isHeld = (kind: Kind, i: number): boolean => (kind === 'suppress' && i === 1) || kind === 'runaway' || kind === 'deduplicate';

function Lists({ filled, setFilled, error }: Part & { error: string | undefined }) {
  const { types, titleOf } = useTypes();
  const { kind, lists } = filled;
  const put = (i: number, chosen: readonly string[]): void => setFilled({ ...filled, lists: lists.map((one, at) => (at === i ? chosen : one)) });
  return (
    <>
      {lists.map((chosen, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- a step is its place
        <div key={`${kind} ${i}`} className={css.step}>
          <TypesField label={labelOf(kind, i)} chosen={chosen} onChosen={(next) => put(i, next)} types={isHeld(kind, i) ? types.filter(({ raisesAlarm }) => raisesAlarm) : types} titleOf={titleOf} hasEnds={kind !== 'lasting' && kind !== 'silence' && !isHeld(kind, i)} hasAny={kind === 'threshold' || kind === 'runaway' || kind === 'silence'} help={mayBeEmpty(kind, i) ? t('rules.form.until.help') : t('rules.form.types.help')} error={chosen.length === 0 && !mayBeEmpty(kind, i) ? error : undefined} />
          {kind === 'sequence' && lists.length > 2 && <IconButton icon="close" label={t('rules.form.step.remove', { n: i + 1 })} onClick={() => setFilled({ ...filled, lists: lists.filter((_, at) => at !== i) })} />}
        </div>
      ))}
      {kind === 'sequence' && lists.length < MOST_STEPS && <div><Button icon="add" onClick={() => setFilled({ ...filled, lists: [...lists, []] })}>{t('rules.form.step.add')}</Button></div>}
      {kind === 'sequence' && <CheckField label={t('rules.form.order')} isOn={filled.inOrder} onValue={(inOrder) => setFilled(atPlace({ ...filled, inOrder }))} />}
    </>
  );
}

function Numbers({ filled, setFilled, faults, problem }: Part & { faults: ReturnType<typeof faultsIn>; problem: (field: string) => string | undefined }) {
  const { types } = useTypes();
  const { kind } = filled;
  const put = (change: Partial<Filled>): void => setFilled({ ...filled, ...change });
  const results = types.filter(({ raisesAlarm }) => raisesAlarm).map(({ key, title }) => ({ value: key, title })).sort((a, b) => a.title.localeCompare(b.title));
  return (
    <div className={css.two}>
      {hasCount(kind) && <NumberField label={t(kind === 'points' ? 'rules.form.count.points' : 'rules.form.count')} value={filled.count} onValue={(count) => put({ count })} error={problem('count') ?? faults.count} aria-description={t('rules.form.count.fault', { most: mostOf(kind) })} />}
      <NumberField label={t(kind === 'lasting' || kind === 'silence' ? 'rules.form.within.lasting' : 'rules.form.within')} value={filled.within} onValue={(within) => put({ within })} error={problem('withinS') ?? faults.within} />
      <SelectField label={t('rules.form.unit')} value={filled.unit} onValue={(unit) => put({ unit: unit as Unit })} choices={(Object.keys(UNITS) as Unit[]).map((value) => ({ value, title: t(`rules.time.${value}`, { n: 2 }).replace(/^2\s/, '') }))} />
      <SelectField label={t('rules.place')} value={filled.place} onValue={(place) => put({ place: place as Filled['place'] })} choices={placesFor(kind, filled.inOrder).map((value) => ({ value, title: t(`rules.place.${value}`) }))} error={problem('place')} />
      {kind === 'deduplicate' && <SelectField label={t('rules.form.from')} value={filled.from} onValue={(from) => put({ from: from as Filled['from'] })} choices={(['first', 'latest'] as const).map((value) => ({ value, title: t(`rules.form.from.${value}`) }))} />}
      {!onlyHolds(kind) && <SelectField label={t('rules.form.result')} value={filled.result} onValue={(result) => put({ result })} placeholder="" choices={results} error={problem('result') ?? faults.result} />}
      {!onlyHolds(kind) && <SelectField label={t('rules.form.priority')} value={filled.priority} onValue={(priority) => put({ priority })} choices={[{ value: '', title: t('rules.form.priority.own') }, ...['1', '2', '3', '4'].map((value) => ({ value, title: value }))]} />}
    </div>
  );
}

/** The rule as one sentence, once it is whole. */
function Said({ filled }: { filled: Filled }) {
  const { titleOf } = useTypes();
  if (Object.keys(faultsIn(filled)).length > 0) return null;
  return <p role="status" className="strong">{ruleWords(definitionOf(filled), titleOf)}</p>;
}
