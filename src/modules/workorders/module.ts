import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { leadMaintenance } from './lead.ts';
import * as lines from './lines.service.ts';
import * as moves from './moves.service.ts';
import * as orders from './orders.service.ts';
import * as figuresContract from './figures-contract.ts';
import { readFigures } from './figures.service.ts';
import * as planContract from './plan-contract.ts';
import * as plans from './plans.service.ts';
import { printWorkOrder } from './report.service.ts';
import * as retests from './retest.service.ts';
import * as rounds from './rounds.service.ts';
import * as settings from './settings.service.ts';

export default {
  name: 'workorders',
  permissions: {
    'workorders:read': 'See work orders, plans of maintenance and their figures',
    'workorders:raise': 'Raise and change work orders',
    'workorders:assign': 'Give work orders to people and firms, plan visits, cancel',
    'workorders:perform': 'Do the work: begin, pause, fix, note parts',
    'workorders:retest': 'Retest what was fixed, close and open again',
    'workorders:plan': 'Keep the preventive calendar and the times to repair',
    'workorders:keep': 'Tick off retests and bring what the calendar says (the correlator only)',
  },
  routes: [
    serve(contract.listWorkOrders, orders.listWorkOrders),
    serve(contract.readSettings, settings.readSettings),
    serve(contract.setSettings, settings.setSettings),
    serve(figuresContract.readFigures, readFigures),
    serve(planContract.listPlans, plans.listPlans),
    serve(planContract.addPlan, plans.addPlan),
    serve(planContract.changePlan, plans.changePlan),
    serve(planContract.stopPlan, plans.stopPlan),
    serve(planContract.listRounds, rounds.listRounds),
    serve(planContract.postponeRound, rounds.postponeRound),
    serve(planContract.completeRound, rounds.completeRound),
    serve(contract.readWorkOrder, orders.readWorkOrder),
    serve(contract.raiseWorkOrder, orders.raiseWorkOrder),
    serve(contract.changeWorkOrder, orders.changeWorkOrder),
    serve(contract.assignWorkOrder, moves.assignWorkOrder),
    serve(contract.startWork, moves.startWork),
    serve(contract.pauseWork, moves.pauseWork),
    serve(contract.fixWork, moves.fixWork),
    serve(contract.closeWorkOrder, moves.closeWorkOrder),
    serve(contract.reopenWorkOrder, moves.reopenWorkOrder),
    serve(contract.cancelWorkOrder, moves.cancelWorkOrder),
    serve(contract.planVisit, lines.planVisit),
    serve(contract.arriveVisit, lines.arriveVisit),
    serve(contract.leaveVisit, lines.leaveVisit),
    serve(contract.strikeVisit, lines.strikeVisit),
    serve(contract.addPart, lines.addPart),
    serve(contract.strikePart, lines.strikePart),
    serve(contract.startRetest, retests.startRetest),
    serve(contract.endRetest, retests.endRetest),
    serve(contract.printWorkOrder, printWorkOrder),
  ],
  work: leadMaintenance,
} satisfies Module;
