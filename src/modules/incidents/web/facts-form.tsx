import { useEffect, useRef, useState } from 'react';
import { useKeys } from '#platform/web/keys.ts';
import { useCache } from '#platform/web/live.ts';
import { keyOf, useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import type { Option } from '#ui/picker.tsx';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { PersonPicker } from '#modules/people/web/public.tsx';
import { changeFacts, type Incident, readIncident } from '../contract.ts';
import type { FieldSet } from './classification.ts';
import { changesOf, type Draft, laidOver, valueOf } from './answers.ts';
import { FieldInput } from './field-input.tsx';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

/** The form of one set of fields. It writes over nobody: where somebody changed the facts meanwhile, it asks. */
export function FactsForm({ incident, set, onDone }: { incident: Incident; set: FieldSet; onDone: () => void }) {
  const saving = useSend('incidents', changeFacts);
  const cache = useCache();
  const [draft, setDraft] = useState<Draft>({});
  const [version, setVersion] = useState(incident.version);
  const form = useRef<HTMLFormElement>(null);
  useKeys({ Escape: onDone });
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus(), []);
  const put = (key: string) => (value: unknown): void => setDraft((before) => ({ ...before, [key]: value }));
  const current = (key: string): unknown => (key in draft ? draft[key] : valueOf(incident, key));
  const save = async (): Promise<void> => {
    const changes = changesOf(incident, set, draft);
    if (Object.keys(changes).length === 0) return onDone();
    await saving.send({ id: incident.id, ...changes }, { ifMatch: version }).then((saved) => {
      cache.setQueryData<Incident>(keyOf('incidents', readIncident, { id: incident.id }), (known) => known && laidOver(known, changes, saved.version));
      onDone();
    }, () => undefined);
  };
  const isStale = saving.problem?.status === 412;
  const faultOf = (key: string): string | undefined => saving.problem?.of(`/fields/${key}`) ?? saving.problem?.of(`/${key}`);
  return (
    <Form ref={form} className={css.form} onSubmit={() => void save()}>
      {saving.problem && <FaultSummary faults={saving.problem.errors} detail={saving.problem.detail} />}
      {isStale && <Button onClick={() => { setVersion(incident.version); saving.forget(); }}>{t('incidents.stale.mine')}</Button>}
      {set.key === 'base' && <TextField label={t('incidents.title')} value={String(draft['title'] ?? incident.title)} onValue={put('title')} maxLength={200} error={faultOf('title')} />}
      {set.fields.map((field) =>
        field.kind === 'site' ? (
          <SitePicker key={field.key} label={field.label} value={siteOption(incident, draft)} onValue={(site) => setDraft((before) => ({ ...before, siteId: site?.value ?? null, siteTitle: site?.title }))} error={faultOf('siteId')} />
        ) : (
          <FieldInput key={field.key} field={field} value={current(field.key)} onValue={put(field.key)} timeZone={incident.timeZone ?? 'UTC'} error={faultOf(field.key)} />
        ),
      )}
      {set.key === 'base' && <PersonPicker label={t('incidents.lead')} isOptional value={leadOption(incident, draft)} onValue={(person) => setDraft((before) => ({ ...before, commanderId: person?.value ?? null, leadTitle: person?.title }))} error={faultOf('commanderId')} />}
      <div className={css.formFoot}>
        <Button type="submit" isBusy={saving.isBusy}>{t('incidents.save')}</Button>
        <Button onClick={onDone}>{t('incidents.cancel')}</Button>
      </div>
    </Form>
  );
}

function siteOption(incident: Incident, draft: Draft): Option | null {
  if ('siteId' in draft) return draft['siteId'] === null ? null : { value: String(draft['siteId']), title: String(draft['siteTitle'] ?? '') };
  return incident.siteId === null ? null : { value: incident.siteId, title: incident.site ?? t('incidents.site.hidden') };
}

function leadOption(incident: Incident, draft: Draft): Option | null {
  if ('commanderId' in draft) return draft['commanderId'] === null ? null : { value: String(draft['commanderId']), title: String(draft['leadTitle'] ?? '') };
  return incident.commanderId === null ? null : { value: incident.commanderId, title: incident.commander ?? '' };
}
