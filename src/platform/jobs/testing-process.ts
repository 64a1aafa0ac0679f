import { aJobWorker } from './testing.ts';

// A worker of its own process, to be killed while it runs a job.
await aJobWorker(process.env['TEST_URL'] ?? '');
