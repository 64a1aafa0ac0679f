import { serve } from '#platform/kernel/http.ts';
import * as contract from '../merge-contract.ts';
import { mergeIncident, unmergeIncident } from './merges.service.ts';
import { listSimilar } from './similar.service.ts';

/** Records of one event: merging them, taking them apart, finding them. */
export const mergeRoutes = [serve(contract.mergeIncident, mergeIncident), serve(contract.unmergeIncident, unmergeIncident), serve(contract.listSimilar, listSimilar)];
