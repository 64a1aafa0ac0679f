import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { listFigures, readFigure } from './figures.service.ts';
import * as frozen from './frozen.service.ts';
import { leadFreezing } from './lead.ts';
import { listTargets, setTarget } from './targets.service.ts';

export default {
  name: 'metrics',
  permissions: { 'metrics:read': 'See figures of the department', 'metrics:publish': 'Put a definition or target in force', 'metrics:freeze': 'Freeze the figures of a month or a quarter (the steward only)' },
  work: leadFreezing,
  routes: [
    serve(contract.listFigures, listFigures), serve(contract.readFigure, readFigure), serve(contract.listTargets, listTargets), serve(contract.setTarget, setTarget),
    serve(contract.listCutoffs, frozen.listCutoffs), serve(contract.readCutoff, frozen.readCutoff), serve(contract.readFrozen, frozen.readFrozen), serve(contract.listFrozenRecords, frozen.listFrozenRecords),
  ],
} satisfies Module;
