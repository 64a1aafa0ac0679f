import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as inForce from './in-force.service.ts';
import * as service from './procedures.service.ts';
import * as runs from './runs.service.ts';
import { seed } from './seed.ts';

export default {
  name: 'procedures',
  permissions: {
    'procedures:read': 'See procedures and how they were followed',
    'procedures:follow': 'Follow a procedure: answer, pass over and take back steps',
    'procedures:end': 'End what is followed on an alarm that closed by itself (the correlator only)',
    'procedures:write': 'Draft procedures and import them',
    'procedures:publish': 'Propose and decide which version is in force',
  },
  seed,
  routes: [
    serve(contract.listProcedures, service.listProcedures),
    serve(contract.listRuns, runs.listRuns),
    serve(contract.runsOn, runs.runsOn),
    serve(contract.getRun, runs.getRun),
    serve(contract.beginRun, runs.beginRun),
    serve(contract.answerStep, runs.answerStep),
    serve(contract.skipStep, runs.skipStep),
    serve(contract.tryCall, runs.tryCall),
    serve(contract.takeBack, runs.takeBack),
    serve(contract.checkDraft, service.checkDraft),
    serve(contract.importProcedure, service.importProcedure),
    serve(contract.saveProcedure, service.saveProcedure),
    serve(contract.getProcedure, service.getProcedure),
    serve(contract.exportProcedure, service.exportProcedure),
    serve(contract.activate, inForce.activate),
    serve(contract.retire, inForce.retire),
  ],
} satisfies Module;
