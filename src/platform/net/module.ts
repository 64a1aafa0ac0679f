import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as service from './net.service.ts';

export default {
  name: 'net',
  permissions: { 'platform:system': 'Keep the system: health, outgoing connections, deliveries, jobs, backup' },
  routes: [
    serve(contract.listTargets, service.listTargets),
    serve(contract.listAllowances, service.listAllowances),
    serve(contract.addAllowance, service.addAllowance),
    serve(contract.endAllowance, service.endAllowance),
  ],
} satisfies Module;
