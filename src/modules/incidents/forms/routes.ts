import { serve } from '#platform/kernel/http.ts';
import * as contract from '../form-contract.ts';
import { printForm, printPlan } from './paper.service.ts';
import * as sheets from './sheets.service.ts';

export const formRoutes = [
  serve(contract.listForms, sheets.listForms),
  serve(contract.beginForm, sheets.beginForm),
  serve(contract.preparePlan, sheets.preparePlan),
  serve(contract.printPlan, printPlan),
  serve(contract.readSheet, sheets.readSheet),
  serve(contract.writeFields, sheets.writeFields),
  serve(contract.signForm, sheets.signForm),
  serve(contract.approveForm, sheets.approveForm),
  serve(contract.reviseForm, sheets.reviseForm),
  serve(contract.printForm, printForm),
];
