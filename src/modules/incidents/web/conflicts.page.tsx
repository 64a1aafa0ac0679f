import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, AskedRecord, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type FactVersion, type Incident, listConflicts, readIncident, settleConflict } from '../contract.ts';
import { factName } from './fact-names.ts';
import css from './field.module.css';
import { t } from './messages.en.ts';

/** The versions of what two devices wrote, side by side, and the decision over them. */
export default function ConflictsPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const incident = useRead('incidents', readIncident, { id });
  useWhere({ title: incident.data?.number ?? t('incidents.conflicts') });
  return <AskedRecord title={t('incidents.conflicts')} reading={incident}>{(read) => <Conflicts incident={read} />}</AskedRecord>;
}

function Conflicts({ incident }: { incident: Incident }) {
  const reading = useRead('incidents', listConflicts, { id: incident.id });
  const mayDecide = incident.mine.includes('incidents:write') && incident.state === 'open';
  return (
    <div className={css.page}>
      <h1 className="title">{incident.number} {incident.title}</h1>
      <p className="t2">{t('incidents.conflicts.why')}{!mayDecide && ` ${t('incidents.conflicts.may-not')}`}</p>
      <p><LinkButton to={`/incidents/${incident.id}`} icon="left">{t('incidents.conflicts.back')}</LinkButton></p>
      <Asked reading={reading}>
        {({ items }) => items.length === 0 ? <Empty>{t('incidents.conflicts.none')}</Empty> : items.map(({ field, versions }) => <OneField key={`${field} ${versions.map(({ editId }) => editId).join()}`} incident={incident} field={field} versions={versions} mayDecide={mayDecide} />)}
      </Asked>
    </div>
  );
}

type FieldProps = { incident: Incident; field: string; versions: readonly FactVersion[]; mayDecide: boolean };

function OneField({ incident, field, versions, mayDecide }: FieldProps) {
  const settling = useSend('incidents', settleConflict);
  const [text, setText] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const decide = (value: string): void => void settling.send({ id: incident.id, field, seen: versions.map(({ editId }) => editId), value, reason: reason.trim() }).then(() => announce(t('incidents.conflicts.decided')), () => undefined);
  return (
    <Panel title={t('incidents.conflicts.of', { field: factName(field), n: versions.length })}>
      <ul className={css.versions}>
        {versions.map((version) => (
          <li key={version.editId} className={css.version}>
            <p className="row"><b>{version.by}</b> <span className="t2">{version.device ?? t('incidents.conflicts.desk')}</span>{version.isStanding && <Tag look="act">{t('incidents.conflicts.stands')}</Tag>}</p>
            <p className="small t2">{t('incidents.conflicts.written')} <TwoTimes at={version.at} siteZone={incident.timeZone ?? undefined} /></p>
            <p className="small t2">{t('incidents.conflicts.came')} <TwoTimes at={version.notedAt} siteZone={incident.timeZone ?? undefined} /></p>
            <p className={css.words}>{version.value}</p>
            {mayDecide && <Button size="large" isBusy={settling.isBusy} onClick={() => decide(version.value)}>{t('incidents.conflicts.this')}<span className="unseen">: {version.by}, {version.value.slice(0, 60)}</span></Button>}
          </li>
        ))}
      </ul>
      {mayDecide && (
        <form className={css.composer} onSubmit={(event) => { event.preventDefault(); if (text?.trim()) decide(text.trim()); }}>
          {settling.problem && <FaultSummary faults={[]} detail={settling.problem.detail} />}
          <TextField label={t('incidents.conflicts.reason')} value={reason} onValue={setReason} maxLength={200} />
          {text === null ? <div><Button onClick={() => setText(versions.map(({ value }) => value).join('\n'))}>{t('incidents.conflicts.one')}</Button></div> : (
            <>
              <TextArea label={t('incidents.conflicts.text')} rows={6} value={text} onValue={setText} maxLength={20_000} />
              <div className={css.foot}><Button onClick={() => setText(null)}>{t('incidents.cancel')}</Button><Button type="submit" look="filled" size="large" isBusy={settling.isBusy} disabled={text.trim() === ''}>{t('incidents.conflicts.decide')}</Button></div>
            </>
          )}
        </form>
      )}
    </Panel>
  );
}
