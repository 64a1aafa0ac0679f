import { actAs } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { remove } from './job-kinds.ts';

// A removal in a process of its own, to be killed in the middle.
const { TEST_URL: url = '', TEST_PERSON = '', TEST_RUN = '' } = process.env;
const db = openDatabase({ url, max: 2 });
const worker = openDatabase({ url, role: 'parapet_worker', max: 2 });
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
await remove.run(await actAs(db, TEST_PERSON), { runId: TEST_RUN }, { signal: new AbortController().signal, progress: () => undefined, worker, log });
