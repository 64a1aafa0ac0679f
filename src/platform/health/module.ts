import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { readHealth } from './health.service.ts';

export default { name: 'health', permissions: { 'platform:clocks': 'Hear that a clock of the system was set (the correlator only)' }, routes: [serve(contract.readHealth, readHealth)] } satisfies Module;
