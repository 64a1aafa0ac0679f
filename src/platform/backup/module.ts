import { type Module, serve } from '#platform/kernel/http.ts';
import * as backup from './backup.service.ts';
import * as contract from './contract.ts';
import { leadBackups } from './work.ts';

export default {
  name: 'backup',
  permissions: { 'platform:backup': 'Record backups, their proofs and restores' },
  routes: [
    serve(contract.readBackupState, backup.readBackupState),
    serve(contract.listRuns, backup.listRuns),
    serve(contract.changeBackupSetting, backup.changeBackupSetting),
    serve(contract.askForBackup, backup.askForBackup),
    serve(contract.askForProof, backup.askForProof),
  ],
  work: leadBackups,
} satisfies Module;
