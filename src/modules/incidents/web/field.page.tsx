import { useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { DeviceLine, leaveRecordBehind, useDevice } from '#platform/offline/web/public.tsx';
import { Link } from '#platform/web/navigation.tsx';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Announcer } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Mark } from '#ui/icon.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { IncidentCopy } from './copy.ts';
import { FieldFacts } from './field-facts.tsx';
import { FieldLog } from './field-log.tsx';
import css from './field.module.css';
import { t } from './messages.en.ts';

const VIEW = viewOf({ record: text() });
const KIND = 'incidents.incident';

/** The command log with or without a line: it stands on what this device keeps, and asks the server for nothing itself. */
export default function FieldPage() {
  const [{ record }] = useView(VIEW);
  const { state } = useDevice();
  useWhere({ title: t('incidents.field') });
  const taken = state.records.filter(({ kind }) => kind === KIND).map(({ copy, readMs }) => ({ copy: copy as IncidentCopy, readMs }));
  const chosen = taken.find(({ copy }) => copy.id === record) ?? (taken.length === 1 && !record ? taken[0] : undefined);
  return (
    <div className={css.field}>
      <header className={css.head}>
        <Mark size={24} />
        <span className="strong">{t('incidents.field')}</span>
        <span className="space" />
        {chosen && taken.length > 1 && <Link to="/field">{t('incidents.field.choose')}</Link>}
        <Link to={chosen ? `/incidents/${chosen.copy.id}` : '/'}>{t('incidents.field.all')}</Link>
      </header>
      <main className={css.main}>
        {chosen ? <h1 className="title"><span className="mono t2 small">{chosen.copy.number} </span>{chosen.copy.title}</h1> : <h1 className="title">{t('incidents.field.taken')}</h1>}
        <DeviceLine />
        {record && !chosen && state.kind === 'open' && <p role="status">{t('incidents.field.gone')}</p>}
        {chosen ? <One copy={chosen.copy} readMs={chosen.readMs} /> : <List taken={taken} />}
      </main>
      <Announcer />
    </div>
  );
}

const List = ({ taken }: { taken: readonly { copy: IncidentCopy; readMs: number }[] }) => (
  <ul className={css.list}>
    {taken.map(({ copy }) => (
      <li key={copy.id}>
        <Link to={`/field?record=${copy.id}`} className={css.item}><span className="mono t2 small">{copy.number}</span> <b>{copy.title}</b> <span className="t2 small">{copy.site ?? ''}</span></Link>
      </li>
    ))}
  </ul>
);

function One({ copy, readMs }: { copy: IncidentCopy; readMs: number }) {
  const { state } = useDevice();
  const [fault, setFault] = useState('');
  const mine = state.commands.filter((command) => command.recordId === copy.id);
  const drop = (): void => void leaveRecordBehind(copy.id).catch((error: Error) => setFault(t('incidents.field.drop.failed', { why: error instanceof ProblemError ? error.detail : error.message })));
  return (
    <>
      <p className={cx('row t2 small', css.facing)}>
        {copy.site && <span>{copy.site}</span>}
        <span>{t('incidents.field.as-of')} <TwoTimes at={new Date(readMs).toISOString()} /></span>
        {copy.disputed.length > 0 && <LinkButton to={`/incidents/${copy.id}/conflicts`} icon="warning">{t('incidents.conflict.go')}</LinkButton>}
      </p>
      <FieldLog copy={copy} waiting={mine} />
      <FieldFacts copy={copy} waiting={mine} />
      {fault && <p role="alert">{fault}</p>}
      {mine.length === 0 && <Button look="quiet" onClick={drop}>{t('incidents.field.drop')}</Button>}
    </>
  );
}
