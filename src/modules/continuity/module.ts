import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as processes from './processes.service.ts';

export default {
  name: 'continuity',
  permissions: { 'continuity:read': 'See business processes, their impact and recovery times', 'continuity:write': 'Keep business processes and what they need' },
  routes: [
    serve(contract.listProcesses, processes.listProcesses),
    serve(contract.addProcess, processes.addProcess),
    serve(contract.readProcess, processes.readProcess),
    serve(contract.changeProcess, processes.changeProcess),
    serve(contract.reviewProcess, processes.reviewProcess),
    serve(contract.retireProcess, processes.retireProcess),
    serve(contract.addDependency, processes.addDependency),
    serve(contract.strikeDependency, processes.strikeDependency),
  ],
} satisfies Module;
