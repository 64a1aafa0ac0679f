import type { ReactNode } from 'react';
import { OutgoingPanel } from '#platform/net/web/public.tsx';
import { decimal } from '#platform/web/messages.ts';
import { useRead } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { cx } from '#ui/class-names.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Age, TwoTimes } from '#ui/time.tsx';
import { type Health, readHealth } from '../contract.ts';
import { clockState, diskState } from '../rules.ts';
import css from './health.module.css';
import { t } from './messages.en.ts';

type State = Health['state'];
const LOOK = { good: 'ok', warning: 'p2', bad: 'p1' } as const;
const READ_EVERY_MS = 5000;
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

const StateTag = ({ state }: { state: State }) => <Tag look={LOOK[state]} {...(state !== 'good' && { icon: 'warning' })}>{t(`health.state.${state}`)}</Tag>;

/** A number of bytes in words, by powers of 1024. */
export function bytesWords(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${value >= 100 || step === 0 ? Math.round(value) : decimal(value, 1)} ${UNITS[step]}`;
}

type LineProps = { name: ReactNode; state: State; children: ReactNode; className?: string | undefined };
const Line = ({ name, state, children, className }: LineProps) => <li className={cx(css.line, className)}><b className="strong">{name}</b><span className={cx('t2', css.facts)}>{children}</span><StateTag state={state} /></li>;

export default function HealthPage() {
  const reading = useRead('health', readHealth, {}, { everyMs: READ_EVERY_MS });
  useWhere({ title: t('health.title') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('health.title')}</h1>
      <Asked reading={reading}>
        {(health) => (
          <>
            <p className={css.top}><StateTag state={health.state} /><span>{t(`health.all.${health.state}`)}</span><span className="t3 small">{t('health.at')} <TwoTimes at={health.at} seconds /></span></p>
            <Processes of={health.processes} />
            <div className={css.two}>
              <Database of={health.database} />
              <Machines health={health} />
            </div>
            <Checks of={health.checks} />
          </>
        )}
      </Asked>
      <OutgoingPanel />
    </div>
  );
}

const Processes = ({ of: processes }: { of: Health['processes'] }) => (
  <Panel title={t('health.processes')}>
    {processes.length === 0 ? <Empty>{t('health.processes.none')}</Empty> : (
      <ul>
        {processes.map((one) => (
          <Line key={`${one.node} ${one.role}`} name={t(`health.role.${one.role}`)} state={one.state} className={css.process}>
            <span>{one.node}, <span className="mono">{one.pid}</span></span>
            <span>{t('health.beat')} <Age since={one.beatAt} /> {t('health.ago')}</span>
            <span>{t('health.since')} <TwoTimes at={one.startedAt} /></span>
            <span>{t('health.memory')} {bytesWords(one.rssBytes)}</span>
            <span>{t('health.loop')} {t('health.ms', { n: Math.round(one.loopMs) })}</span>
            <span>{t('health.version')} {one.version}</span>
          </Line>
        ))}
      </ul>
    )}
  </Panel>
);

const Database = ({ of: database }: { of: Health['database'] }) => (
  <Panel title={t('health.database')} actions={database && <StateTag state={database.state} />}>
    {database && (
      <dl className={`facts ${css.pad}`}>
        <dt>{t('health.database.server')}</dt><dd>{database.version}</dd>
        <dt>{t('health.database.size')}</dt><dd>{bytesWords(database.sizeBytes)}</dd>
        <dt>{t('health.database.connections')}</dt><dd>{t('health.database.of', { n: database.connections, most: database.mostConnections })}</dd>
        <dt>{t('health.database.ledger')}</dt><dd>{t('health.seconds', { n: Math.round(database.ledgerBehindS) })}</dd>
      </dl>
    )}
  </Panel>
);

const Machines = ({ health: { disks, clocks } }: { health: Health }) => (
  <Panel title={t('health.machines')}>
    <ul>
      {disks.map((disk) => <Line key={`d${disk.node}`} name={`${t('health.disk')}, ${disk.node}`} state={diskState(disk.bytes, disk.freeBytes)}><span>{t('health.disk.free', { free: bytesWords(disk.freeBytes), all: bytesWords(disk.bytes) })}</span><span className="mono t3">{disk.folder}</span></Line>)}
      {clocks.map((clock) => (
        <Line key={`c${clock.node}`} name={`${t('health.clock')}, ${clock.node}`} state={clock.state === 'good' ? clockState(clock.clockMs, null) : clock.state}>
          <span>{t('health.clock.off', { ms: Math.round(clock.clockMs) })}</span>
          {clock.jumpedAt !== null && <span>{t('health.clock.jumped', { s: Math.round((clock.jumpMs ?? 0) / 1000) })} <TwoTimes at={clock.jumpedAt} /></span>}
        </Line>
      ))}
    </ul>
  </Panel>
);

const CHECKS = ['backup', 'deliveries', 'escalation', 'files', 'jobs', 'ledger', 'mail', 'witnesses'] as const;

/** What a service that says how it is is called; its own key where we have no words for it. */
const checkWords = (key: string): string => {
  const known = CHECKS.find((one) => one === key);
  return known === undefined ? key : t(`health.check.${known}`);
};

const Checks = ({ of: checks }: { of: Health['checks'] }) => (
  <Panel title={t('health.checks')}>
    {checks.length === 0 ? <Empty>{t('health.checks.none')}</Empty> : (
      <ul>
        {checks.map((check) => (
          <Line key={check.key} name={checkWords(check.key)} state={check.state}>
            <span>{check.words}</span>
            <span className="t3"><TwoTimes at={check.at} /></span>
            {check.dueAt !== null && Date.parse(check.dueAt) < Date.now() && <span>{t('health.check.due')}</span>}
          </Line>
        ))}
      </ul>
    )}
  </Panel>
);
