import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { readMorning } from './morning.service.ts';

export default {
  name: 'desk',
  permissions: { 'desk:read': 'See the Chief’s desk: how the department stands this morning' },
  routes: [serve(contract.readMorning, readMorning)],
} satisfies Module;
