import { serve } from '#platform/kernel/http.ts';
import * as contract from '../resource-contract.ts';
import { listResourceMoves, listResources } from './board.service.ts';
import * as moves from './moves.service.ts';
import { printSituationReport } from './paper.service.ts';
import * as reports from './reports.service.ts';

export const resourceRoutes = [
  serve(contract.listResources, listResources),
  serve(contract.requestResource, moves.requestResource),
  serve(contract.recordArrival, moves.recordArrival),
  serve(contract.changeResource, moves.changeResource),
  serve(contract.listResourceMoves, listResourceMoves),
  serve(contract.orderResource, moves.orderResource),
  serve(contract.sendResource, moves.sendResource),
  serve(contract.checkInResource, moves.checkInResource),
  serve(contract.stageResource, moves.stageResource),
  serve(contract.assignResource, moves.assignResource),
  serve(contract.takeOutOfService, moves.takeOutOfService),
  serve(contract.planRelease, moves.planRelease),
  serve(contract.releaseResource, moves.releaseResource),
  serve(contract.strikeResource, moves.strikeResource),
  serve(contract.listSituationReports, reports.listSituationReports),
  serve(contract.writeSituationReport, reports.writeSituationReport),
  serve(contract.strikeSituationReport, reports.strikeSituationReport),
  serve(contract.taskFromNeed, reports.taskFromNeed),
  serve(contract.resourceFromNeed, reports.resourceFromNeed),
  serve(contract.printSituationReport, printSituationReport),
];
