// A sequencer as a process of its own, for tests that kill it: arguments are the database, the key folder and the heads file.
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { openKeys } from './keys.ts';
import { startSequencer } from './sequencer.ts';

const [url = '', keyFolder = '', headFile = ''] = process.argv.slice(2);
const { pool } = openDatabase({ url, role: 'parapet_worker', max: 2 });
startSequencer({ pool, keys: openKeys(keyFolder), headFile, everyMs: 15, batch: 300 });
process.stdout.write('started\n');
