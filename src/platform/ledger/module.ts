import { readConfig } from '#platform/kernel/config.ts';
import { type Module, serve } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { listEntries } from './browse.ts';
import { bundleEntries } from './bundle.ts';
import * as contract from './contract.ts';
import { exportEntries } from './export.ts';
import { getHead, ledgerFiles, listWitnesses, proveGrowth, proveLeaf } from './prove.ts';

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
  ],
  work: async ({ worker, log }) => {
    const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
    const sequencer = startSequencer({ pool: worker.pool, keys: openKeys(keyFolder), headFile, log });
    // It reconnects by itself and says in the log what keeps it from sealing, so it never fails as a whole.
    return { failed: new Promise<never>(() => undefined), stop: () => sequencer.stop() };
  },
} satisfies Module;
