import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { readHealth } from './health.service.ts';

export default { name: 'health', routes: [serve(contract.readHealth, readHealth)] } satisfies Module;
