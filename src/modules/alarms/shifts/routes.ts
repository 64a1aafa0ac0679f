import { serve } from '#platform/kernel/http.ts';
import * as contract from '../shift-contract.ts';
import * as handOver from './hand-over.service.ts';
import * as log from './log.service.ts';
import { readLoad, setRouting } from './routing.service.ts';
import { printShift } from './report.service.ts';
import * as shifts from './shifts.service.ts';

/** Duty, shifts, their log and how they are handed over. */
export const shiftRoutes = [
  serve(contract.readDuty, shifts.readDuty),
  serve(contract.readLoad, readLoad),
  serve(contract.setRouting, setRouting),
  serve(contract.listShifts, shifts.listShifts),
  serve(contract.getShift, shifts.getShift),
  serve(contract.beginShift, shifts.beginShift),
  serve(contract.endShift, shifts.endShift),
  serve(contract.readStanding, shifts.readStanding),
  serve(contract.onDutyFor, shifts.onDutyFor),
  serve(contract.readLog, log.readLog),
  serve(contract.writeEntry, log.writeEntry),
  serve(contract.strikeEntry, log.strikeEntry),
  serve(contract.printShift, printShift),
  serve(contract.proposeHandOver, handOver.proposeHandOver),
  serve(contract.handOverToNobody, handOver.handOverToNobody),
  serve(contract.acceptHandOver, handOver.acceptHandOver),
  serve(contract.refuseHandOver, handOver.refuseHandOver),
  serve(contract.withdrawHandOver, handOver.withdrawHandOver),
];
