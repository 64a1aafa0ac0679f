import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { findRecords } from './search.service.ts';
import { sweepWords } from './work.ts';

export default { name: 'search', routes: [serve(contract.search, findRecords)], work: sweepWords } satisfies Module;
