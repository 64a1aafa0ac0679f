import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { listFigures, readFigure } from './figures.service.ts';
import { listTargets, setTarget } from './targets.service.ts';

export default {
  name: 'metrics',
  permissions: { 'metrics:read': 'See figures of the department', 'metrics:publish': 'Put a definition or target in force' },
  routes: [serve(contract.listFigures, listFigures), serve(contract.readFigure, readFigure), serve(contract.listTargets, listTargets), serve(contract.setTarget, setTarget)],
} satisfies Module;
