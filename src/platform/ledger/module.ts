import { noteCheck } from '#platform/health/check.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { type Module, serve } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { oldestUnsequencedS, type Sequencer, startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { listEntries } from './browse.ts';
import { bundleEntries } from './bundle.ts';
import * as contract from './contract.ts';
import { exportEntries } from './export.ts';
import { startVerification } from './job-kinds.ts';
import { objectionToHead, objectionToKey } from './own-key.ts';
import { getHead, ledgerFiles, listWitnesses, proveGrowth, proveLeaf } from './prove.ts';

const ASK_AGAIN_MS = 10_000;
const NOTE_EVERY_MS = 60_000;
const SLOW_S = 60;

export default {
  name: 'ledger',
  permissions: { 'ledger:read': 'Browse, export and prove the ledger' },
  routes: [
    serve(contract.listEntries, listEntries),
    serve(contract.getHead, getHead),
    serve(contract.listWitnesses, listWitnesses),
    serve(contract.exportEntries, exportEntries),
    serve(contract.proveLeaf, proveLeaf),
    serve(contract.bundleEntries, bundleEntries),
    serve(contract.proveGrowth, proveGrowth),
    serve(contract.startVerification, startVerification),
  ],
  work: async ({ worker, log }) => {
    const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
    let sequencer: Sequencer | null = null;
    let said = '';
    const note = async (): Promise<void> => {
      const waitsS = await oldestUnsequencedS(worker.pool);
      const words = sequencer === null ? said : waitsS > SLOW_S ? `The oldest entry waits for ${Math.round(waitsS)} s to be sealed: a long transaction on the server, or the log says why.` : 'Entries are sealed as they come.';
      await noteCheck(worker, { key: 'ledger', state: sequencer === null || waitsS > SLOW_S ? 'bad' : 'good', words, againWithinS: (3 * NOTE_EVERY_MS) / 1000 });
    };
    const start = async (): Promise<void> => {
      // Asked before a key is made: beside another node's heads it would be a second one.
      const objection = await objectionToKey(worker.pool, keyFolder).catch((error: unknown) => (error as Error).message);
      if (objection === null) sequencer = startSequencer({ pool: worker.pool, keys: openKeys(keyFolder), headFile, log, objectionTo: (note) => objectionToHead(note, keyFolder) });
      else if (objection !== said) log.error({ err: (said = objection) }, 'this node does not seal the ledger');
    };
    await start();
    const again = setInterval(() => void (sequencer ?? start()), ASK_AGAIN_MS);
    const noting = setInterval(() => void note().catch((error: unknown) => log.warn({ err: error }, 'how the ledger is sealed was not noted')), NOTE_EVERY_MS);
    // It reconnects by itself and says in the log what keeps it from sealing, so it never fails as a whole.
    return { failed: new Promise<never>(() => undefined), stop: async () => (clearInterval(again), clearInterval(noting), sequencer?.stop()) };
  },
} satisfies Module;
