import { serve } from '#platform/kernel/http.ts';
import { closeCase, reopenCase } from './closing.service.ts';
import * as ending from './ending.service.ts';
import * as contract from './finding-contract.ts';
import { readFindings } from './findings-read.service.ts';
import * as findings from './findings.service.ts';

/** Allegations, findings and the way to the end of a case. */
export const findingRoutes = [
  serve(contract.readFindings, readFindings),
  serve(contract.namePerson, findings.namePerson),
  serve(contract.strikePerson, (ctx, input) => findings.strike(ctx, 'person', input)),
  serve(contract.addAllegation, findings.addAllegation),
  serve(contract.strikeAllegation, (ctx, input) => findings.strike(ctx, 'allegation', input)),
  serve(contract.addElement, findings.addElement),
  serve(contract.settleElement, findings.settleElement),
  serve(contract.findAllegation, findings.findAllegation),
  serve(contract.addLoss, ending.addLoss),
  serve(contract.strikeLoss, (ctx, input) => findings.strike(ctx, 'loss', input)),
  serve(contract.writeEnding, ending.writeEnding),
  serve(contract.beginCase, ending.beginCase),
  serve(contract.submitCase, ending.submitCase),
  serve(contract.reviewCase, ending.reviewCase),
  serve(contract.closeCase, closeCase),
  serve(contract.reopenCase, reopenCase),
];
