// Generated from the database by `npm run gen-tables`; do not edit.
export interface HealthCheck {
  at: string;
  dueAt: string | null;
  key: string;
  state: 'good' | 'warning' | 'bad';
  words: string;
}

export interface HealthProcess {
  beatAt: string;
  clockMs: number;
  diskBytes: number;
  diskFolder: string;
  freeBytes: number;
  jumpedAt: string | null;
  jumpMs: number | null;
  loopMs: number;
  node: string;
  pid: number;
  role: 'intake' | 'web' | 'worker';
  rssBytes: number;
  startedAt: string;
  version: string;
}

export interface Tables {
  'health.check': HealthCheck;
  'health.process': HealthProcess;
}
