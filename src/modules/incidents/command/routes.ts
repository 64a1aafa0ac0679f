import { serve } from '#platform/kernel/http.ts';
import * as contract from '../command-contract.ts';
import { activateCommand, endCommand } from './activation.service.ts';
import * as periods from './periods.service.ts';
import * as positions from './positions.service.ts';
import { readCommand } from './read.service.ts';
import * as transfer from './transfer.service.ts';

/** The command of an incident: activation, positions, who commands, periods. */
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
];
