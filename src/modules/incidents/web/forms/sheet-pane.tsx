import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMe } from '#platform/web/session.tsx';
import { Button } from '#ui/button.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Incident } from '../../contract.ts';
import { approveForm, readSheet, type SheetDetail, type SheetField, writeFields } from '../../form-contract.ts';
import css from './forms.module.css';
import { t } from './messages.en.ts';
import type { Print } from './forms.page.tsx';
import { ReviseDialog, SignDialog } from './sheet-dialogs.tsx';
import { readTyped, typedOf } from './written.ts';

type PaneProps = { incident: Incident; sheetId: string; mayPlan: boolean; onPrint: Print; onSheet: (id: string) => void };

/** One form: every field with its value and from where it is; a draft is written here, signed and printed. */
export function SheetPane({ sheetId, ...rest }: PaneProps) {
  const sheet = useRead('incidents', readSheet, { id: rest.incident.id, rowId: sheetId });
  return <div className={css.pane}><Asked reading={sheet}>{(read) => <SheetShown sheet={read} {...rest} />}</Asked></div>;
}

function SheetShown({ incident, sheet, mayPlan, onPrint, onSheet }: Omit<PaneProps, 'sheetId'> & { sheet: SheetDetail }) {
  const [asked, setAsked] = useState<'sign' | 'revise' | null>(null);
  const approving = useSend('incidents', approveForm);
  const me = useMe().name;
  const isDraft = sheet.state === 'draft';
  const isApprovable = !isDraft && sheet.approvedAt === null && sheet.fields.some(({ key }) => key === 'approvedBy') && sheet.signedBy !== me;
  const zone = incident.timeZone ?? undefined;
  const isNewest = sheet.versions[0]?.id === sheet.id;
  return (
    <Panel
      title={`ICS ${sheet.form} ${sheet.title}${sheet.subject && `: ${sheet.subject}`}`}
      actions={
        <>
          <Button look="quiet" icon="print" onClick={() => onPrint(`${sheet.id}/form.pdf`)}>{t('forms.print')}</Button>
          {mayPlan && isDraft && <Button onClick={() => setAsked('sign')}>{t('forms.sign')}</Button>}
          {mayPlan && isApprovable && <Button isBusy={approving.isBusy} onClick={() => void approving.send({ id: incident.id, rowId: sheet.id }).catch(() => undefined)}>{t('forms.approve')}</Button>}
          {mayPlan && !isDraft && isNewest && <Button look="quiet" onClick={() => setAsked('revise')}>{t('forms.revise')}</Button>}
        </>
      }
    >
      <div className={css.sheet}>
        {approving.problem && <FaultSummary faults={[]} detail={approving.problem.detail} />}
        <p className={css.line}>
          <State fill={isDraft ? 'empty' : sheet.approvedAt === null ? 'half' : 'full'}>{t(`forms.state.${isDraft ? 'draft' : sheet.approvedAt === null ? 'signed' : 'approved'}`)}</State>
          {sheet.signedAt && <span>{t('forms.signed', { who: sheet.signedBy ?? '', position: sheet.signedAs && `, ${sheet.signedAs}` })} <TwoTimes at={sheet.signedAt} siteZone={zone} /></span>}
          {sheet.approvedAt && <span>{t('forms.approved', { who: sheet.approvedBy ?? '' })} <TwoTimes at={sheet.approvedAt} siteZone={zone} /></span>}
          {sheet.why && <span className="t2">{sheet.why}</span>}
        </p>
        {sheet.versions.length > 1 && <p className={css.line}><span className="t2 small">{t('forms.versions')}</span>{sheet.versions.map((one) => <Button key={one.id} look="quiet" aria-pressed={one.id === sheet.id} onClick={() => onSheet(one.id)}>{t('forms.version', { n: one.version })}</Button>)}</p>}
        {sheet.fields.map((field) => <FieldShown key={field.key} incidentId={incident.id} sheet={sheet} field={field} mayWrite={mayPlan && isDraft} />)}
      </div>
      {asked === 'sign' && <SignDialog incidentId={incident.id} sheet={sheet} onClose={() => setAsked(null)} />}
      {asked === 'revise' && <ReviseDialog incidentId={incident.id} sheet={sheet} onClose={() => setAsked(null)} onMade={onSheet} />}
    </Panel>
  );
}

type FieldProps = { incidentId: string; sheet: SheetDetail; field: SheetField; mayWrite: boolean };

function FieldShown({ incidentId, sheet, field, mayWrite }: FieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const saving = useSend('incidents', writeFields);
  const [isTried, setTried] = useState(false);
  const send = (value: ReturnType<typeof readTyped>): Promise<void> => saving.send({ id: incidentId, rowId: sheet.id, values: { [field.key]: value } }, { ifMatch: sheet.edition }).then(() => { setTyped(null); setTried(false); }, () => undefined);
  const read = typed === null ? null : readTyped(field, typed);
  const save = (): void => {
    setTried(true);
    if (read !== null) void send(read);
  };
  const help = field.shape === 'lines' ? t('forms.lines') : field.shape === 'table' ? t('forms.rows', { columns: field.columns.join(' | ') }) : undefined;
  return (
    <section className={css.field} aria-label={field.label}>
      <div className={css.fieldHead}>
        <h3>{field.label}</h3>
        {field.origin === 'filled' && <span className="t2 small">{t('forms.from', { source: field.source ?? '' })}</span>}
        {field.origin === 'written' && <span className="t2 small">{t('forms.written', { who: field.source ?? '' })}</span>}
        <span className="space" />
        {mayWrite && typed === null && field.origin === 'written' && <Button look="quiet" onClick={() => void send(null)}>{t('forms.refill')}<span className="unseen"> {field.label}</span></Button>}
        {mayWrite && typed === null && <Button look="quiet" onClick={() => setTyped(typedOf(field))}>{t('forms.edit')}<span className="unseen"> {field.label}</span></Button>}
      </div>
      {saving.problem && <FaultSummary faults={saving.problem.errors} detail={saving.problem.detail} />}
      {typed === null ? <Value field={field} /> : (
        <form className={css.stack} onSubmit={(event) => { event.preventDefault(); save(); }}>
          <TextArea autoFocus label={field.label} {...(help && { help })} rows={field.shape === 'text' ? 3 : 6} value={typed} onValue={setTyped} error={isTried && read === null ? t('forms.rows.bad', { n: field.columns.length }) : undefined} />
          <div className={css.line}><Button type="submit" isBusy={saving.isBusy}>{t('forms.save')}</Button><Button look="quiet" onClick={() => setTyped(null)}>{t('forms.cancel')}</Button></div>
        </form>
      )}
    </section>
  );
}

function Value({ field: { value, columns, label } }: { field: SheetField }) {
  if (value === null || value.length === 0) return <p className="t3">{t('forms.empty')}</p>;
  if (typeof value === 'string') return <p className={css.words}>{value}</p>;
  if (!Array.isArray(value[0])) return <ul className={css.words}>{(value as string[]).map((line) => <li key={line}>{line}</li>)}</ul>;
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
        <tbody>{(value as string[][]).map((row) => <tr key={row.join(' | ')}>{row.map((cell, at) => <td key={columns[at]}>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}
