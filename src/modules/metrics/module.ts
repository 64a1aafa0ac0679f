import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { listFigures, readFigure } from './figures.service.ts';

export default {
  name: 'metrics',
  permissions: { 'metrics:read': 'See figures of the department' },
  routes: [serve(contract.listFigures, listFigures), serve(contract.readFigure, readFigure)],
} satisfies Module;
