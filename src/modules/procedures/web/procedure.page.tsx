import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '#platform/web/call.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { exportProcedure, getProcedure, type ProcedureDetail } from '../contract.ts';
import { EditForm } from './edit-form.tsx';
import { Faults } from './faults.tsx';
import { ForceDialog } from './force-dialog.tsx';
import { t } from './messages.en.ts';
import { Outline } from './outline.tsx';
import css from './procedure.module.css';
import { WalkThrough } from './walk-through.tsx';

const VIEW = viewOf({ tab: one(['steps', 'walk', 'versions', 'edit']), version: text() });

/** One procedure: its steps with their branches, a walk through them, its versions, and the form that makes a new one. */
export default function ProcedurePage() {
  const { id = '' } = useParams({ strict: false });
  const [view] = useView(VIEW);
  const reading = useRead('procedures', getProcedure, { id, ...(view.version && { version: Number(view.version) }) });
  return <AskedRecord title={t('procedures.what')} reading={reading}>{(procedure) => <Shown key={`${procedure.id} ${procedure.version}`} procedure={procedure} />}</AskedRecord>;
}

function Shown({ procedure }: { procedure: ProcedureDetail }) {
  const [view, setView] = useView(VIEW);
  const [asking, setAsking] = useState<'activate' | 'retire' | null>(null);
  const mayWrite = useMay('procedures:write');
  const mayPublish = useMay('procedures:publish');
  useWhere({ title: procedure.title });
  const isActive = procedure.active === procedure.version;
  const tabs = [
    { key: 'steps', title: t('procedures.tab.steps'), count: procedure.steps, body: <Steps procedure={procedure} /> },
    { key: 'walk', title: t('procedures.tab.walk'), body: <WalkThrough procedure={procedure.content} /> },
    { key: 'versions', title: t('procedures.tab.versions'), count: procedure.versions.length, body: <Versions procedure={procedure} onVersion={(version) => setView({ version: String(version), tab: 'steps' })} /> },
    ...(mayWrite ? [{ key: 'edit', title: t('procedures.tab.edit'), body: <EditForm procedure={procedure} onSaved={(version) => setView({ version: String(version), tab: 'steps' })} /> }] : []),
  ];
  return (
    <>
      <RecordPage
        number={`${procedure.key} · ${t('procedures.version', { n: procedure.version })}`}
        title={procedure.content.title}
        state={<State fill={isActive ? 'full' : 'empty'}>{isActive ? t('procedures.active') : t('procedures.draft')}</State>}
        actions={
          <>
            <Button onClick={() => void save(procedure, 'json')}>{t('procedures.export.json')}</Button>
            <Button onClick={() => void save(procedure, 'csv')}>{t('procedures.export.csv')}</Button>
            {mayPublish && procedure.active !== null && <Button onClick={() => setAsking('retire')}>{t('procedures.retire')}</Button>}
            {mayPublish && !isActive && <Button look="filled" onClick={() => setAsking('activate')}>{t('procedures.activate')}</Button>}
          </>
        }
        tabs={{ all: tabs, current: view.tab, onTab: (tab) => setView({ tab: tab as typeof view.tab }), label: t('procedures.tabs') }}
      />
      {asking && <ForceDialog id={procedure.id} version={asking === 'activate' ? procedure.version : null} onClose={() => setAsking(null)} />}
    </>
  );
}

/** Hands the file to the browser, as it keeps any download. */
async function save({ id, version }: ProcedureDetail, format: 'json' | 'csv'): Promise<void> {
  try {
    const file = await call('procedures', exportProcedure, { id, format, version });
    const url = URL.createObjectURL(new Blob([file.text], { type: file.mediaType }));
    Object.assign(document.createElement('a'), { href: url, download: file.name }).click();
    URL.revokeObjectURL(url);
  } catch (error) {
    announce((error as Error).message);
  }
}

const Steps = ({ procedure: { content, faults } }: { procedure: ProcedureDetail }) => (
  <>
    <Panel title={t('procedures.faults')}><Faults faults={faults} /></Panel>
    <Panel title={t('procedures.steps')} note={content.types.join(', ')}>
      {(content.purpose || content.doNot.length > 0) && <div className={css.body}>{content.purpose && <p>{content.purpose}</p>}{content.doNot.length > 0 && <p><b>{t('procedures.never')}:</b> {content.doNot.join(' · ')}</p>}</div>}
      <Outline procedure={content} />
    </Panel>
  </>
);

const STATE = { active: ['full', 'procedures.active'], draft: ['empty', 'procedures.draft'], past: ['ended', 'procedures.past'] } as const;

const Versions = ({ procedure, onVersion }: { procedure: ProcedureDetail; onVersion: (version: number) => void }) => (
  <Panel title={t('procedures.tab.versions')}>
    <ul className={css.versions}>
      {procedure.versions.map((row) => (
        <li key={row.version}>
          <Button look="quiet" onClick={() => onVersion(row.version)}>{t('procedures.version', { n: row.version })}</Button>
          <State fill={STATE[row.state][0]}>{t(STATE[row.state][1])}</State>
          <TwoTimes at={row.inForceAt ?? row.madeAt} siteZone={undefined} />
          <span className="t2">{row.madeBy === null ? t('procedures.shipped') : t('procedures.version.by', { name: row.madeBy })}</span>
          {row.reason && <span>{row.reason}{row.inForceBy && ` (${row.inForceBy})`}</span>}
        </li>
      ))}
    </ul>
  </Panel>
);
