import { useState } from 'react';
import { useGo } from '#platform/web/navigation.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { useNow } from '#ui/clock.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { CheckField, FaultSummary, NumberField } from '#ui/field.tsx';
import { Form } from '#ui/form.tsx';
import { ListPage } from '#ui/list-page.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State } from '#ui/tag.tsx';
import { ageWords } from '#ui/times.ts';
import { BENCHMARKS } from '../../rules.ts';
import { type Load, readLoad, type Routing, setRouting } from '../../shift-contract.ts';
import { DutyKeys } from './duty-bar.tsx';
import { t } from './messages.en.ts';
import css from './shifts.module.css';

const FILL = { acceptable: 'empty', manageable: 'half', over: 'full', flood: 'full' } as const;

/** What each of those on duty answered and has in hand, against what is bearable; and whether new alarms are offered. */
export default function LoadPage() {
  const reading = useRead('alarms', readLoad, {}, { everyMs: 30_000 });
  useWhere({ title: t('load.title') });
  return (
    <>
      <ListPage title={t('load.title')}>
        <Asked reading={reading}>
          {({ items, routing }) => (
            <div className={css.body}>
              {items.length === 0 ? <Empty>{t('load.nobody')}</Empty> : <Table rows={items} />}
              <p className="t2 small">{t('load.definition', { acceptable: BENCHMARKS.acceptableAnHour, manageable: BENCHMARKS.manageableAnHour, flood: BENCHMARKS.floodInTenMinutes })}</p>
              <RoutingPanel key={`${routing.isOn}${routing.answerWithinS}`} routing={routing} />
            </div>
          )}
        </Asked>
      </ListPage>
      <DutyKeys />
    </>
  );
}

function Table({ rows }: { rows: readonly Load[] }) {
  const go = useGo();
  const now = useNow();
  const since = (at: string | null): string => (at === null ? '' : ageWords(now.getTime() - Date.parse(at)));
  const level = ({ level: key }: Load) => <State fill={FILL[key]}>{t(`load.level.${key}`)}</State>;
  const columns: Column<Load>[] = [
    { key: 'person', title: t('load.person'), cell: ({ name }) => <b className="strong">{name}</b> },
    { key: 'level', title: t('load.level'), width: 150, cell: level },
    { key: 'ten', title: t('load.ten'), width: 110, align: 'end', cell: ({ lastTenMinutes }) => lastTenMinutes },
    { key: 'hour', title: t('load.hour'), width: 110, align: 'end', cell: ({ lastHour }) => lastHour },
    { key: 'open', title: t('load.open'), width: 100, align: 'end', cell: ({ open }) => open },
    { key: 'offered', title: t('load.offered'), width: 110, align: 'end', cell: ({ offered }) => offered },
    { key: 'oldest', title: t('load.oldest'), width: 160, align: 'end', cell: ({ oldestAt }) => since(oldestAt) },
    { key: 'since', title: t('load.since'), width: 130, align: 'end', isSpare: true, cell: ({ beganAt }) => since(beganAt) },
  ];
  return <DataTable label={t('load.list')} columns={columns} rows={rows} idOf={({ shiftId }) => shiftId} nameOf={({ name }) => name} onOpen={({ shiftId }) => go(`/watch/shifts/${shiftId}`)} phone={(row) => ({ title: row.name, second: `${t('load.hour')} ${row.lastHour} · ${t('load.open')} ${row.open}`, right: level(row) })} />;
}

function RoutingPanel({ routing }: { routing: Routing }) {
  const { send, isBusy, problem } = useSend('alarms', setRouting);
  const [isOn, setOn] = useState(routing.isOn);
  const [within, setWithin] = useState(String(routing.answerWithinS));
  const [isTried, setTried] = useState(false);
  const seconds = Number(within);
  const fault = Number.isInteger(seconds) && seconds >= 10 && seconds <= 600 ? undefined : t('routing.within.fault');
  const keep = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await send({ isOn, answerWithinS: seconds });
    announce(t('routing.kept'));
  };
  return (
    <Panel title={t('routing.title')}>
      <Form className={css.text} onSubmit={() => void keep().catch(() => undefined)}>
        {problem && <FaultSummary faults={[]} detail={problem.detail} />}
        <CheckField label={t('routing.on')} isOn={isOn} onValue={setOn} />
        <p className="t2 small">{t('routing.on.what')}</p>
        <NumberField label={t('routing.within')} unit="s" value={within} onValue={setWithin} error={isTried ? fault : undefined} />
        <div className={css.line}><Button type="submit" isBusy={isBusy}>{t('routing.keep')}</Button></div>
      </Form>
    </Panel>
  );
}
