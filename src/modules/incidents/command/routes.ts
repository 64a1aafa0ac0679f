import { serve } from '#platform/kernel/http.ts';
import * as contract from '../command-contract.ts';
import { activateCommand, endCommand } from './activation.service.ts';
import * as objectivesContract from '../objectives-contract.ts';
import * as notes from './notes.service.ts';
import * as objectives from './objectives.service.ts';
import * as periods from './periods.service.ts';
import * as positions from './positions.service.ts';
import { readCommand } from './read.service.ts';
import * as transfer from './transfer.service.ts';

/** The command of an incident: activation, positions, who commands, periods, what it wants and decides. */
export const commandRoutes = [
  serve(contract.readCommand, readCommand),
  serve(contract.activateCommand, activateCommand),
  serve(contract.endCommand, endCommand),
  serve(contract.addPosition, positions.addPosition),
  serve(contract.changePosition, positions.changePosition),
  serve(contract.closePosition, positions.closePosition),
  serve(contract.fillPosition, positions.fillPosition),
  serve(contract.vacatePosition, positions.vacatePosition),
  serve(contract.proposeTransfer, transfer.proposeTransfer),
  serve(contract.acceptTransfer, transfer.acceptTransfer),
  serve(contract.refuseTransfer, transfer.refuseTransfer),
  serve(contract.withdrawTransfer, transfer.withdrawTransfer),
  serve(contract.assumeCommand, transfer.assumeCommand),
  serve(contract.joinCommand, transfer.joinCommand),
  serve(contract.leaveCommand, transfer.leaveCommand),
  serve(contract.beginPeriod, periods.beginPeriod),
  serve(contract.changePeriod, periods.changePeriod),
  serve(contract.markStep, periods.markStep),
  serve(objectivesContract.setObjective, objectives.setObjective),
  serve(objectivesContract.changeObjective, objectives.changeObjective),
  serve(objectivesContract.moveObjective, objectives.moveObjective),
  serve(objectivesContract.strikeObjective, objectives.strikeObjective),
  serve(objectivesContract.addNeed, objectives.addNeed),
  serve(objectivesContract.moveNeed, objectives.moveNeed),
  serve(objectivesContract.noteDecision, notes.noteDecision),
  serve(objectivesContract.strikeDecision, notes.strikeDecision),
  serve(objectivesContract.warnOfSafety, notes.warnOfSafety),
  serve(objectivesContract.endSafety, notes.endSafety),
  serve(objectivesContract.startTimer, notes.startTimer),
  serve(objectivesContract.stopTimer, notes.stopTimer),
];
