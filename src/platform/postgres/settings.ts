import { availableParallelism, totalmem } from 'node:os';

const MB = 2 ** 20;

const memoryBytes = (): number => {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
};

const clampMb = (bytes: number, leastMb: number, mostMb: number): string => `${Math.round(Math.min(Math.max(bytes / MB, leastMb), mostMb))}MB`;

/**
 * PostgreSQL's settings for a machine with this memory. Durability is never traded: an acknowledged signal must survive
 * a power cut. Errors are logged tersely, since their details hold rows.
 * @param memory bytes of the machine or of its control group.
 */
export const clusterSettings = (memory = memoryBytes()): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  password_encryption: 'scram-sha-256',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  shared_buffers: clampMb(memory / 8, 128, 2048),
  effective_cache_size: clampMb(memory / 2, 256, 65_536),
  maintenance_work_mem: clampMb(memory / 32, 64, 512),
  work_mem: '8MB',
  random_page_cost: '1.1',
  jit: 'off',
  max_worker_processes: String(Math.max(8, availableParallelism() + 4)),
  idle_in_transaction_session_timeout: '5min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
});
