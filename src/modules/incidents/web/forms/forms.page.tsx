import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { FaultSummary, SelectField } from '#ui/field.tsx';
import { Menu } from '#ui/menu.tsx';
import { Panel } from '#ui/record-page.tsx';
import { AskedRecord, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { type Incident, readIncident } from '../../contract.ts';
import { beginForm, listForms, preparePlan, type Sheet } from '../../form-contract.ts';
import css from './forms.module.css';
import { t } from './messages.en.ts';
import { PurposeDialog } from './sheet-dialogs.tsx';
import { SheetPane } from './sheet-pane.tsx';

type Forms = typeof listForms.reply._zod.output;
type Form = Forms['forms'][number];
const VIEW = viewOf({ sheet: text(), period: text() });
const NONE = 'none';
/** Forms of which one period may have several. */
const REPEATED: readonly string[] = ['209', '210', '213'];

/** The ICS forms of an incident: what there is, what was begun, and one of them open beside it. */
export default function FormsPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const incident = useRead('incidents', readIncident, { id });
  const forms = useRead('incidents', listForms, { id });
  useWhere({ title: t('forms.title'), ...(incident.data?.site && incident.data.timeZone && { site: { name: incident.data.site, timeZone: incident.data.timeZone } }) });
  return <AskedRecord title={t('forms.title')} reading={incident}>{(read) => <AskedRecord title={t('forms.title')} reading={forms}>{(all) => <Shown incident={read} forms={all} />}</AskedRecord>}</AskedRecord>;
}

/** Opens a paper; of a walled incident the purpose is asked first. */
export type Print = (path: string) => void;

function Shown({ incident, forms }: { incident: Incident; forms: Forms }) {
  const [{ sheet, period }, setView] = useView(VIEW);
  const [paper, setPaper] = useState<string | null>(null);
  const preparing = useSend('incidents', preparePlan);
  const mayPlan = incident.mine.includes('incidents:plan-section');
  const current = period ?? forms.periods[0]?.id ?? NONE;
  const periodId = current === NONE ? null : current;
  const open = (path: string, purpose?: string): void => void window.open(`/api/incidents/${incident.id}/forms/${path}${purpose ? `${path.includes('?') ? '&' : '?'}purpose=${encodeURIComponent(purpose)}` : ''}`, '_blank', 'noopener');
  const print: Print = (path) => (incident.isWalled ? setPaper(path) : open(path));
  const sheets = newest(forms.sheets.filter((one) => one.periodId === periodId));
  const shown = sheet ?? sheets[0]?.id;
  const prepare = (): void => void preparing.send({ id: incident.id, periodId }).then(({ begun }) => announce(t('forms.prepared', { n: begun })), () => undefined);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.name}>
          <LinkButton to={`/incidents/${incident.id}`} look="quiet" icon="left">{t('forms.back')}</LinkButton>
          <h1 className="title">{t('forms.of', { number: incident.number })}</h1>
          <p className="t2">{incident.title}</p>
          <p className="small" title={t('forms.coverage.is')}>{t('forms.coverage', forms.coverage)}<span className="unseen">. {t('forms.coverage.is')}</span></p>
        </div>
        <div className={css.doing}>
          <SelectField label={t('forms.period')} value={current} onValue={(next) => setView({ period: next, sheet: undefined })} choices={[...forms.periods.map((one) => ({ value: one.id, title: t('forms.period.n', { n: one.number }) })), { value: NONE, title: t('forms.period.none') }]} />
          {sheets.length > 0 && <Button look="filled" icon="print" onClick={() => print(`plan.pdf${periodId ? `?periodId=${periodId}` : ''}`)}>{t('forms.plan')}</Button>}
          {mayPlan && <Button look={sheets.length > 0 ? 'plain' : 'filled'} isBusy={preparing.isBusy} onClick={prepare}>{t('forms.prepare')}</Button>}
        </div>
      </header>
      {preparing.problem && <FaultSummary faults={[]} detail={preparing.problem.detail} />}
      <div className={css.split}>
        <div className={css.lists}>
          <Panel title={t('forms.sheets')}>
            {sheets.length === 0 && <Empty>{t('forms.none')}</Empty>}
            <ul className={css.list}>{sheets.map((one) => <li key={one.id}><Begun sheet={one} isOpen={one.id === shown} onOpen={() => setView({ sheet: one.id })} /></li>)}</ul>
          </Panel>
          <Panel title={t('forms.all')}>
            <ul className={css.list}>{forms.forms.map((form) => <li key={form.form} className={css.form}><FormLine incident={incident} form={form} forms={forms} periodId={periodId} begun={REPEATED.includes(form.form) ? undefined : sheets.find((one) => one.form === form.form)} mayPlan={mayPlan} onOpen={(id) => setView({ sheet: id })} /></li>)}</ul>
          </Panel>
        </div>
        {shown ? <SheetPane key={shown} incident={incident} sheetId={shown} mayPlan={mayPlan} onPrint={print} onSheet={(id) => setView({ sheet: id })} /> : <div className={css.nothing}><Empty>{t('forms.choose')}</Empty></div>}
      </div>
      {paper !== null && <PurposeDialog onClose={() => setPaper(null)} onPrint={(purpose) => open(paper, purpose)} />}
    </div>
  );
}

/** Of each sheet its newest version, in the order of the forms. */
function newest(sheets: readonly Sheet[]): Sheet[] {
  const best = new Map<string, Sheet>();
  for (const sheet of sheets) {
    const key = REPEATED.includes(sheet.form) ? sheet.id : `${sheet.form} ${sheet.subjectId ?? ''}`;
    if ((best.get(key)?.version ?? 0) < sheet.version) best.set(key, sheet);
  }
  return [...best.values()];
}

export const stateKey = (sheet: Pick<Sheet, 'state' | 'approvedAt'>) => (sheet.state === 'draft' ? 'draft' : sheet.approvedAt === null ? 'signed' : 'approved');

const Begun = ({ sheet, isOpen, onOpen }: { sheet: Sheet; isOpen: boolean; onOpen: () => void }) => (
  <button type="button" className={css.begun} aria-pressed={isOpen} onClick={onOpen}>
    <span><b className="mono">{sheet.form}</b> {sheet.title}{sheet.subject && <>: {sheet.subject}</>}</span>
    <span className={css.line}><State fill={sheet.state === 'draft' ? 'empty' : sheet.approvedAt === null ? 'half' : 'full'}>{t(`forms.state.${stateKey(sheet)}`)}</State>{sheet.version > 1 && <span className="t2 small">{t('forms.version', { n: sheet.version })}</span>}</span>
  </button>
);

type LineProps = { incident: Incident; form: Form; forms: Forms; periodId: string | null; begun: Sheet | undefined; mayPlan: boolean; onOpen: (id: string) => void };

/** A form that ships, with how much of it is filled, and the way to begin it, or to what was begun. */
function FormLine({ incident, form, forms, periodId, begun, mayPlan, onOpen }: LineProps) {
  const beginning = useSend('incidents', beginForm);
  const begin = (subjectId: string | null): void => void beginning.send({ id: incident.id, form: form.form, periodId, subjectId }).then(({ rowId }) => rowId && onOpen(rowId), () => undefined);
  const subjects = form.for === 'unit' ? forms.units : form.for === 'position' ? forms.positions : form.for === 'resource' ? forms.resources : [];
  const name = `ICS ${form.form} ${form.title}`;
  return (
    <>
      <div className={css.what}>
        <span><b className="mono">{form.form}</b> {form.title}</span>
        <span className="t2 small">{t('forms.filled', { filled: form.filled, fields: form.fields })}, {t('forms.by', { who: form.preparedBy.toLocaleLowerCase() })}, {form.when}</span>
        {beginning.problem && <span className={css.fault} role="alert">{beginning.problem.detail}</span>}
      </div>
      {form.for === 'incident' && begun && <Button look="quiet" onClick={() => onOpen(begun.id)}>{t('forms.open')}<span className="unseen"> {name}</span></Button>}
      {mayPlan && form.for === 'incident' && !begun && <Button look="quiet" isBusy={beginning.isBusy} onClick={() => begin(null)}>{t('forms.begin')}<span className="unseen"> {name}</span></Button>}
      {mayPlan && subjects.length > 0 && <Menu label={t('forms.begin.for', { form: form.form })} trigger={<>{t('forms.begin')}<span className="unseen"> {name}</span></>} items={subjects.slice(0, 60).map(({ id, title }) => ({ title, run: () => begin(id) }))} />}
    </>
  );
}
