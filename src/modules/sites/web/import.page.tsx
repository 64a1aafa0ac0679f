import { type ChangeEvent, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { JobProgress } from '#platform/jobs/web/public.tsx';
import { useGo } from '#platform/web/navigation.tsx';
import { useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Field, FaultSummary } from '#ui/field.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty, Waiting } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type ImportLine, type ImportPlan, planImport, startImport } from '../contract.ts';
import css from './import.module.css';
import { t } from './messages.en.ts';

const MOST_BYTES = 2_000_000;
const MOST_SHOWN = 300;
const COLUMNS = 'code, name, kind, parent, time_zone, country, city, address, latitude, longitude, state';

export default function ImportPage() {
  const planning = useSend('sites', planImport);
  const starting = useSend('sites', startImport);
  const cache = useQueryClient();
  const [job, setJob] = useState<string | null>(null);
  const go = useGo();
  const [csv, setCsv] = useState('');
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [fault, setFault] = useState<string>();
  useWhere({ title: t('sites.import.title') });
  const choose = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    setPlan(null);
    setFault(undefined);
    starting.forget();
    setJob(null);
    if (!file) return;
    if (file.size > MOST_BYTES) return setFault(t('sites.import.too-large'));
    const text = await file.text();
    setCsv(text);
    const found = await planning.send({ csv: text });
    setFault(found.faults[0]);
    setPlan(found.faults.length > 0 ? null : found);
  };
  const start = async (): Promise<void> => setJob((await starting.send({ csv })).id);
  const done = (result: unknown): void => {
    const { added = 0, changed = 0 } = (result ?? {}) as { added?: number; changed?: number };
    announce(t('sites.import.done', { added, changed }));
    void cache.invalidateQueries({ queryKey: ['sites'] });
    go('/sites');
  };
  return (
    <div className={css.page}>
      <h1 className="title">{t('sites.import.title')}</h1>
      <p className="t2">{t('sites.import.why')}</p>
      <p className="t2 small"><b className="strong">{t('sites.import.columns')}</b> <span className="mono">{COLUMNS}</span></p>
      <Field label={t('sites.import.file')} help={t('sites.import.file.help')} error={fault}>
        {({ id, describedBy, isInvalid }) => <input id={id} type="file" accept=".csv,.tsv,.txt,text/csv" className={css.file} aria-describedby={describedBy} aria-invalid={isInvalid} onChange={(event) => void choose(event).catch(() => undefined)} />}
      </Field>
      <FaultSummary faults={starting.problem?.errors.slice(0, 5) ?? []} detail={(starting.problem ?? planning.problem)?.detail} />
      {job && <JobProgress id={job} onDone={done} />}
      {planning.isBusy && <Waiting what={t('sites.import.reading')} />}
      {!plan && !planning.isBusy && !fault && !planning.problem && <Empty>{t('sites.import.none')}</Empty>}
      {plan && <Preview plan={plan} isBusy={starting.isBusy} isUnderWay={job !== null} onImport={() => void start().catch(() => undefined)} />}
    </div>
  );
}

type PreviewProps = { plan: ImportPlan; isBusy: boolean; /** It was sent off, and its progress stands above. */ isUnderWay: boolean; onImport: () => void };

function Preview({ plan, isBusy, isUnderWay, onImport }: PreviewProps) {
  const [show, setShow] = useState<'all' | 'refused'>(plan.refused > 0 ? 'refused' : 'all');
  const lines = plan.lines.filter((line) => show === 'all' || line.does === 'refused');
  const count = plan.adds + plan.changes;
  return (
    <Panel
      title={t('sites.import.preview')}
      actions={plan.refused > 0 && <FilterSelect label={t('sites.import.show')} value={show} all="all" onValue={(value) => setShow(value as 'all' | 'refused')} choices={[{ value: 'all', title: t('sites.import.show.all') }, { value: 'refused', title: t('sites.import.show.refused') }]} />}
    >
      <div className={css.sum} role="status">
        <b>{t('sites.import.adds', { n: plan.adds })}</b>
        <b>{t('sites.import.changes', { n: plan.changes })}</b>
        <span className="t2">{t('sites.import.same', { n: plan.same })}</span>
        {plan.refused > 0 && <Tag look="p1" icon="warning">{t('sites.import.refused', { n: plan.refused })}</Tag>}
        <span className="space" />
        {plan.refused === 0 && count > 0 && !isUnderWay && <Button look="filled" isBusy={isBusy} onClick={onImport}>{t('sites.import.do', { n: count })}</Button>}
      </div>
      {plan.refused > 0 && <p className={cx('t2', css.why)}>{t('sites.import.refused.why')}</p>}
      {plan.refused === 0 && count === 0 && <p className={cx('t2', css.why)}>{t('sites.import.nothing')}</p>}
      <Lines lines={lines.slice(0, MOST_SHOWN)} />
      {lines.length > MOST_SHOWN && <p className={cx('t2', css.why)}>{t('sites.import.shown', { n: MOST_SHOWN })}</p>}
    </Panel>
  );
}

const Lines = ({ lines }: { lines: readonly ImportLine[] }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
  <div className={css.frame} tabIndex={0} role="region" aria-label={t('sites.import.lines')}>
    <table className={css.table}>
      <thead><tr><th scope="col">{t('sites.import.line')}</th><th scope="col">{t('sites.code')}</th><th scope="col">{t('sites.name')}</th><th scope="col">{t('sites.import.parent')}</th><th scope="col">{t('sites.import.does')}</th><th scope="col">{t('sites.import.faults')}</th></tr></thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.line}>
            <td className="t3">{line.line}</td>
            <td className="mono">{line.code}</td>
            <td className="strong">{line.name}</td>
            <td className="mono t2">{line.parentCode}</td>
            <td className={line.does === 'refused' ? css.refused : undefined}>{t(`sites.import.does.${line.does}`)}</td>
            <td className={css.faults}>{line.faults.map((fault) => <div key={fault.field + fault.detail}><span className="mono t2">{fault.field}</span> {fault.detail}</div>)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
