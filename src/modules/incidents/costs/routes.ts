import { serve } from '#platform/kernel/http.ts';
import * as contract from '../cost-contract.ts';
import { addCost, readCost, strikeCost } from './costs.service.ts';
import { listRates, setRate, strikeRate } from './rates.service.ts';

/** What an incident cost, and what an hour costs. */
export const costRoutes = [
  serve(contract.listRates, listRates), serve(contract.setRate, setRate), serve(contract.strikeRate, strikeRate),
  serve(contract.readCost, readCost), serve(contract.addCost, addCost), serve(contract.strikeCost, strikeCost),
];
