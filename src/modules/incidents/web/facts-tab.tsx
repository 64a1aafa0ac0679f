import type { Dispatch, ReactNode, SetStateAction } from 'react';
import { Button } from '#ui/button.tsx';
import { useFocusBack } from '#ui/focus-back.ts';
import { Panel } from '#ui/record-page.tsx';
import { Money, TwoTimes } from '#ui/time.tsx';
import type { AskedField, Classification, Incident } from '../contract.ts';
import { type FieldSet, fieldSetsFor } from './classification.ts';
import { FactsForm } from './facts-form.tsx';
import { isMoney, isStated, valueOf } from './answers.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

type FactsTabProps = { incident: Incident; classification: Classification; mayWrite: boolean; editing: string | null; onEdit: Dispatch<SetStateAction<string | null>> };

/** A form that is done closes itself only: what was opened while it was on its way stays. */
const without = (one: string) => (open: string | null): string | null => (open === one ? null : open);

/** Lists have a tab of their own; a duty to notify too. */
const isElsewhere = ({ kind }: AskedField): boolean => ['persons', 'vehicles', 'things', 'losses', 'clock'].includes(kind);

/** What happened, and the answers that its type asks for, a panel a set. */
export function FactsTab({ incident, classification, mayWrite, editing, onEdit }: FactsTabProps) {
  useFocusBack(editing === null ? null : `edit-${editing}`);
  const sets = fieldSetsFor(classification, incident.type).map((set) => ({ ...set, fields: set.fields.filter((field) => !isElsewhere(field)) })).filter(({ fields }) => fields.length > 0);
  return (
    <>
      {incident.state === 'closed' && <Ending incident={incident} classification={classification} />}
      {sets.map((set) => (
        <Panel key={set.key} title={set.title} note={missingNote(incident, set)} actions={mayWrite && editing !== set.key && <Button id={`edit-${set.key}`} look="quiet" onClick={() => onEdit(set.key)} {...(set.key === 'base' && { keyCap: 'E' })}>{t('incidents.edit')}<span className="unseen"> {set.title}</span></Button>}>
          {editing === set.key ? <FactsForm incident={incident} set={set} onDone={() => onEdit(without(set.key))} /> : <FactList incident={incident} set={set} />}
        </Panel>
      ))}
    </>
  );
}

/** How it ended, over the facts: what who reads only this wants to know. */
const Ending = ({ incident, classification }: Pick<FactsTabProps, 'incident' | 'classification'>) => (
  <Panel title={t('incidents.ending')}>
    <div className={css.facts}>
      <p className={css.narrative}>{incident.closureSummary}</p>
      <dl className="facts">
        <Fact label={t('incidents.close.reason')}>{classification.closureReasons.find(({ key }) => key === incident.closureReason)?.title ?? incident.closureReason}</Fact>
        {incident.closedAt && <Fact label={t('incidents.closed')}><TwoTimes at={incident.closedAt} siteZone={incident.timeZone ?? undefined} /> {t('incidents.by', { who: incident.closedBy ?? '' })}</Fact>}
      </dl>
    </div>
  </Panel>
);

function missingNote(incident: Incident, set: FieldSet): string | undefined {
  const keys = new Set(set.fields.map(({ key }) => key));
  const n = incident.missing.filter(({ field }) => keys.has(field)).length;
  return n > 0 ? t('incidents.missing.here', { n }) : undefined;
}

function FactList({ incident, set }: { incident: Incident; set: FieldSet }) {
  const narratives = set.fields.filter(({ kind }) => kind === 'narrative');
  const short = set.fields.filter(({ kind }) => kind !== 'narrative');
  return (
    <div className={css.facts}>
      {narratives.map((field) => <Narrative key={field.key} field={field} incident={incident} />)}
      <dl className="facts">
        {short.map((field) => (
          <div key={field.key} className={css.fact}>
            <dt>{field.label}</dt>
            <dd><Answer field={field} incident={incident} /></dd>
          </div>
        ))}
        {set.key === 'base' && <BaseFacts incident={incident} />}
      </dl>
    </div>
  );
}

const Narrative = ({ field, incident }: { field: AskedField; incident: Incident }) => (
  <div>
    <p className="label">{field.label}</p>
    <div className={css.narrative}><Answer field={field} incident={incident} /></div>
  </div>
);

const BaseFacts = ({ incident }: { incident: Incident }) => (
  <>
    <Fact label={t('incidents.lead')}>{incident.commander ?? <span className="t3">{t('incidents.nobody')}</span>}</Fact>
    <Fact label={t('incidents.declared')}><TwoTimes at={incident.declaredAt} siteZone={incident.timeZone ?? undefined} /> {t('incidents.by', { who: incident.declaredBy })}</Fact>
  </>
);

const Fact = ({ label, children }: { label: string; children: ReactNode }) => <div className={css.fact}><dt>{label}</dt><dd>{children}</dd></div>;

function Answer({ field, incident }: { field: AskedField; incident: Incident }) {
  const value = valueOf(incident, field.key);
  if (isStated(value)) return <span className="t2">{t(`incidents.stated.${value.stated}`)}</span>;
  if (value === null || value === undefined || value === '') return <span className="t3">{field.required && incident.severity >= (field.fromSeverity ?? 1) ? t('incidents.not-yet') : t('incidents.not-said')}</span>;
  if (field.kind === 'site') return incident.site ?? t('incidents.site.hidden');
  if (field.kind === 'datetime') return <TwoTimes at={String(value)} siteZone={incident.timeZone ?? undefined} />;
  if (field.kind === 'choice') return field.options?.find(({ key }) => key === value)?.title ?? String(value);
  if (isMoney(value)) return <Money minor={value.amountMinor} currency={value.currency} />;
  return String(value);
}
