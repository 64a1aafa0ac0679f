import { type Route, serve } from '#platform/kernel/http.ts';
import * as contract from '../glass-contract.ts';
import * as asks from './asks.service.ts';
import * as entries from './entries.service.ts';

/** The operations of entering a walled record in an emergency. */
export const glassRoutes: readonly Route[] = [
  serve(contract.glassTerms, asks.glassTerms),
  serve(contract.askToEnter, asks.askToEnter),
  serve(contract.listAsks, asks.listAsks),
  serve(contract.countAsks, asks.countAsks),
  serve(contract.listInside, asks.listInside),
  serve(contract.readAsk, asks.readAsk),
  serve(contract.confirmAsk, asks.confirmAsk),
  serve(contract.declineAsk, asks.declineAsk),
  serve(contract.withdrawAsk, asks.withdrawAsk),
  serve(contract.enterByGlass, asks.enterByGlass),
  serve(contract.listWall, entries.listWall),
  serve(contract.endEntry, entries.endEntry),
  serve(contract.reviewEntry, entries.reviewEntry),
];
