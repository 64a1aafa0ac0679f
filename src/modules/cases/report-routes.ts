import { serve } from '#platform/kernel/http.ts';
import * as contract from './report-contract.ts';
import * as door from './report-door.service.ts';
import * as triage from './triage.service.ts';

/** The front door, and the triage of what came in there. */
export const reportRoutes = [
  serve(contract.makeReport, door.makeReport),
  serve(contract.openReport, door.openReport),
  serve(contract.sayReport, door.sayReport),
  serve(contract.listReports, triage.listReports),
  serve(contract.readReport, triage.readReport),
  serve(contract.answerReport, triage.answerReport),
  serve(contract.keepOut, triage.keepOut),
  serve(contract.dismissReport, triage.dismissReport),
  serve(contract.takeReport, triage.takeReport),
];
