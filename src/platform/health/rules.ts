export type HealthState = 'good' | 'warning' | 'bad';
export type ProcessRole = 'intake' | 'web' | 'worker';

/** A process beats each five seconds; times in seconds since. */
const LATE_S = 15;
const GONE_S = 60;
const LOOP_MS = [200, 1000] as const;
/** F6 of the acceptance programme warns at 80, 90 and 95 %. */
const DISK_SHARE = [0.8, 0.9] as const;
/** Signals, evidence and reports carry the clock. */
const CLOCK_MS = [1000, 5000] as const;
const JUMPED_WITHIN_S = 24 * 3600;
const CONNECTION_SHARE = [0.8, 0.95] as const;
const LEDGER_BEHIND_S = [30, 300] as const;

const over = (value: number, [warning, bad]: readonly [number, number]): HealthState => (value >= bad ? 'bad' : value >= warning ? 'warning' : 'good');

const ORDER: readonly HealthState[] = ['good', 'warning', 'bad'];

/** The worst of several; good where there is none. */
export const worst = (states: readonly HealthState[]): HealthState => ORDER[Math.max(0, ...states.map((state) => ORDER.indexOf(state)))] ?? 'good';

export const processState = (sinceBeatS: number, loopMs: number): HealthState => worst([over(sinceBeatS, [LATE_S, GONE_S]), over(loopMs, LOOP_MS)]);

export const diskState = (bytes: number, freeBytes: number): HealthState => (bytes <= 0 ? 'good' : over(1 - freeBytes / bytes, DISK_SHARE));

/** `clockMs` is a process's clock less the database's; `jumpedS` the seconds since it last jumped. */
export const clockState = (clockMs: number, jumpedS: number | null): HealthState => worst([over(Math.abs(clockMs), CLOCK_MS), jumpedS !== null && jumpedS < JUMPED_WITHIN_S ? 'warning' : 'good']);

export const databaseState = ({ connections, mostConnections, ledgerBehindS }: { connections: number; mostConnections: number; ledgerBehindS: number }): HealthState =>
  worst([over(connections / Math.max(1, mostConnections), CONNECTION_SHARE), over(ledgerBehindS, LEDGER_BEHIND_S)]);

/** What should have been said again by now and was not is bad, whatever it said last. */
export const checkState = (state: HealthState, dueAt: string | null, now: Date): HealthState => (dueAt !== null && Date.parse(dueAt) < now.getTime() ? 'bad' : state);
