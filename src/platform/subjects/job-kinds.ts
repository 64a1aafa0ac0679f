import { z } from 'zod';
import { type JobKind, jobKind, type JobTools } from '#platform/jobs/port.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { pack as packArchive } from './archive.ts';
import { ERASE } from './rows.ts';

const Args = z.object({ requestId: z.uuid() });

/** What the functions of the database refuse, in words for people. */
const REFUSED: Readonly<Record<string, string>> = {
  '54000': 'More than 20,000 rows fit these names. Take out the ones that are ordinary words, and look again.',
  '55000': 'More is there by now than was shown. The erasure was not begun; refuse or withdraw this request and look anew in another.',
  '23001': 'Something of it is under a legal hold that was placed meanwhile, and stays. Nothing was erased.',
};

async function ask(worker: JobTools['worker'], text: string, values: unknown[]): Promise<Record<string, unknown>> {
  try {
    return (await worker.send([{ text, values }]))[0]?.rows[0] ?? {};
  } catch (error) {
    const words = REFUSED[(error as { code?: string }).code ?? ''];
    throw words === undefined ? toProblem(error) : new Problem('refused', 'subjects.refused', words);
  }
}

/** Looks for everything about a person over all tables; removes nothing. */
export const look: JobKind = jobKind({
  key: 'subjects.look', title: 'Looking for what is held on a person', permission: ERASE, args: Args, isOneWrite: false,
  run: async (_ctx, { requestId }, { worker, progress }) => {
    progress(0.1);
    const { n } = await ask(worker, 'select subjects.look($1::uuid) as n', [requestId]);
    worker.committed();
    return { found: n };
  },
});

/** Makes the archive that the person is given. */
export const pack: JobKind = jobKind({
  key: 'subjects.pack', title: 'Archive for a person', permission: ERASE, args: Args, isOneWrite: false,
  run: async (ctx, { requestId }, { progress }) => packArchive(ctx, requestId, { progress }),
});

/** Erases what was shown and approved, in one transaction: killed anywhere, nothing is half erased, and again it does it once. */
export const erase: JobKind = jobKind({
  key: 'subjects.erase', title: 'Erasure of a person', permission: ERASE, args: Args, isOneWrite: false,
  run: async (_ctx, { requestId }, { worker, progress }) => {
    progress(0.1);
    const { n } = await ask(worker, 'select subjects.erase($1::uuid) as n', [requestId]);
    worker.committed();
    return { number: n };
  },
});

export const jobKinds: readonly JobKind[] = [look, pack, erase];
