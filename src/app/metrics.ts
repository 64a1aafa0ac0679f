import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Database } from '#platform/kernel/db/pool.ts';

const delay = monitorEventLoopDelay({ resolution: 20 });
delay.enable();

/** Prometheus text: this process and its pool; no site, account or person is ever a label. */
export async function metricsText(db: Database): Promise<string> {
  const memory = process.memoryUsage();
  const rows: [string, string, number][] = [
    ['parapet_process_resident_bytes', 'Resident memory of the web process', memory.rss],
    ['parapet_process_heap_used_bytes', 'JavaScript heap in use', memory.heapUsed],
    ['parapet_event_loop_delay_p99_seconds', 'Event loop delay, 99th percentile since the last reading', delay.percentile(99) / 1e9],
    ['parapet_database_connections', 'Connections of the web process', db.pool.totalCount],
    ['parapet_database_waiting', 'Requests that wait for a connection', db.pool.waitingCount],
    ['parapet_uptime_seconds', 'Seconds since the web process started', process.uptime()],
  ];
  const unproven = await db.send([{ text: 'select backup.unproven_s() as s', values: [] }]).then(([answer]) => answer?.rows[0]?.['s'], () => undefined);
  if (typeof unproven === 'number') rows.push(['parapet_backup_unproven_seconds', 'Seconds since the moment up to which a restore was proven, or since this database began', unproven]);
  delay.reset();
  return `${rows.map(([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}`).join('\n')}\n`;
}
