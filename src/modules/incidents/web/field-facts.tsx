import { useState } from 'react';
import { type Command, WaitingCommand, writeHere } from '#platform/offline/web/public.tsx';
import { newKey } from '#platform/web/call.ts';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { TextArea, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { noteFacts } from '../contract.ts';
import { LATE_FACTS, type LateFact } from '../late-rules.ts';
import type { IncidentCopy } from './copy.ts';
import { factName } from './fact-names.ts';
import css from './field.module.css';
import { t } from './messages.en.ts';

type Facts = Record<LateFact, string>;

/** The facts as they stand for who wrote here: what the server had, with what was written since over it. */
const factsHere = (copy: IncidentCopy, commands: readonly Command[]): Facts =>
  Object.fromEntries(LATE_FACTS.map((field) => [field, String(commands.findLast(({ input }) => input[field] !== undefined)?.input[field] ?? copy[field])])) as Facts;

/** The facts that may be changed on the way. */
export function FieldFacts({ copy, waiting }: { copy: IncidentCopy; waiting: readonly Command[] }) {
  const [isEditing, setEditing] = useState(false);
  const commands = waiting.filter(({ path }) => path === noteFacts.path).sort((a, b) => a.seq - b.seq);
  const here = factsHere(copy, commands);
  const mayWrite = copy.mine.includes('incidents:write') && copy.state === 'open';
  return (
    <Panel title={t('incidents.field.facts')} actions={mayWrite && !isEditing && <Button onClick={() => setEditing(true)}>{t('incidents.field.facts.change')}</Button>}>
      {isEditing ? <FactsForm copy={copy} here={here} onDone={() => setEditing(false)} /> : (
        <dl className={css.facts}>
          {LATE_FACTS.map((field) => (
            <div key={field}>
              <dt className="label">{factName(field)}</dt>
              <dd className={css.words}>{here[field] || <span className="t3">{t('incidents.field.facts.none')}</span>}</dd>
              {copy.disputed.includes(field) && <dd className="small strong">{t('incidents.field.facts.disputed')}</dd>}
              {here[field] !== copy[field] && <dd className="small t2">{t('incidents.field.facts.waiting')}</dd>}
            </div>
          ))}
        </dl>
      )}
      {commands.map((command) => <div key={command.id} className={css.line}><p className="small">{command.words}</p><WaitingCommand command={command} /></div>)}
    </Panel>
  );
}

function FactsForm({ copy, here, onDone }: { copy: IncidentCopy; here: Facts; onDone: () => void }) {
  const [draft, setDraft] = useState<Facts>(here);
  const [fault, setFault] = useState('');
  const put = (field: LateFact) => (value: string): void => setDraft((before) => ({ ...before, [field]: value }));
  const save = async (): Promise<void> => {
    const changed = Object.fromEntries(LATE_FACTS.filter((field) => draft[field].trim() !== here[field]).map((field) => [field, draft[field].trim()]));
    if (Object.keys(changed).length === 0) return onDone();
    try {
      await writeHere({ recordId: copy.id, module: 'incidents', path: noteFacts.path, input: { editId: newKey(), ...changed }, words: t('incidents.field.facts.words', { fields: Object.entries(changed).map(([field, value]) => `${factName(field)}: ${value}`).join('. ') }), baseVersion: copy.version });
      say(t('incidents.field.written'));
      onDone();
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      {fault && <p className={css.fault} role="alert">{fault}</p>}
      {LATE_FACTS.map((field) => {
        const own = { label: factName(field), value: draft[field], onValue: put(field), disabled: copy.disputed.includes(field), help: copy.disputed.includes(field) ? t('incidents.field.facts.disputed') : undefined };
        return field === 'narrative' ? <TextArea key={field} rows={6} maxLength={20_000} {...own} /> : <TextField key={field} maxLength={200} {...own} />;
      })}
      <div className={css.foot}>
        <Button onClick={onDone}>{t('incidents.cancel')}</Button>
        <span className="space" />
        <Button type="submit" look="filled" size="large" disabled={draft.title.trim() === ''}>{t('incidents.field.facts.save')}</Button>
      </div>
    </form>
  );
}
