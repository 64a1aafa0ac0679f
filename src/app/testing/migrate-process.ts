// Brings a database up to date in a process of its own, for tests that kill it: the owner's address, and the files to apply.
import { migrate } from '#platform/kernel/migrate.ts';

const [ownerUrl = '', ...only] = process.argv.slice(2);
await migrate({ ownerUrl, login: 'parapet_app', only: new Set(only) });
