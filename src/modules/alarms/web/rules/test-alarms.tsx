import { useGo } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { placeWords, useSites } from '#modules/signals/web/public.tsx';
import { type BackTestAlarm, readBackTest } from '../../rule-contract.ts';
import { t } from './messages.en.ts';
import css from './rules.module.css';
import { useTypes } from './types.ts';

/** “Would have raised 14 alarms: these”: when, where and because of which signals; each leads to its last signal. */
export function TestAlarms({ ruleId, id }: { ruleId: string; id: string }) {
  const reading = useRead('alarms', readBackTest, { id: ruleId, rowId: id });
  return (
    <Panel title={t('rules.test.alarms')}>
      <Asked reading={reading}>
        {({ alarms, found, onlyActive }) => (
          <>
            <p className={`${css.text} t2 small`}>{t('rules.test.note')}{alarms.length < found + (onlyActive ?? 0) && <> {t('rules.test.hidden', { shown: alarms.length, all: found + (onlyActive ?? 0) })}</>}</p>
            {alarms.length === 0 ? <Empty>{t('rules.test.none')}</Empty> : <Table alarms={alarms} isCompared={onlyActive !== null} />}
          </>
        )}
      </Asked>
    </Panel>
  );
}

function Table({ alarms, isCompared }: { alarms: readonly BackTestAlarm[]; isCompared: boolean }) {
  const { titleOf } = useTypes();
  const sites = useSites();
  const go = useGo();
  const where = ({ site, siteId, sourceName, point, area }: BackTestAlarm): string => [site ?? sites.get(siteId ?? '')?.name, sourceName, placeWords(point, area)].filter(Boolean).join(' · ');
  const because = ({ signals }: BackTestAlarm): string => Object.entries(Object.groupBy(signals, ({ type }) => type)).map(([type, some = []]) => (some.length > 1 ? `${some.length} × ${titleOf(type)}` : titleOf(type))).join(', ');
  const time = ({ at, siteId }: BackTestAlarm) => <TwoTimes at={at} siteZone={sites.get(siteId ?? '')?.timeZone} seconds layout="stack" />;
  const columns: Column<BackTestAlarm>[] = [
    { key: 'at', title: t('rules.test.at'), width: 184, cell: time },
    { key: 'where', title: t('rules.test.where'), cell: where },
    { key: 'because', title: t('rules.test.because'), cell: because },
    ...(isCompared ? [{ key: 'standing', title: t('rules.test.standing'), width: 176, cell: (alarm: BackTestAlarm) => t(`rules.test.standing.${alarm.standing}`) }] : []),
  ];
  return <DataTable label={t('rules.test.alarms')} columns={columns} rows={alarms} idOf={({ n }) => String(n)} nameOf={where} onOpen={({ signals }) => { const last = signals.at(-1); if (last) go(`/watch/signals/${last.key}`); }} phone={(alarm) => ({ title: where(alarm), second: because(alarm), right: time(alarm) })} />;
}
