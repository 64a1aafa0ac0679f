import { type Module, serve } from '#platform/kernel/http.ts';
import './hand-over.service.ts';
import * as classification from './classification.service.ts';
import { commandRoutes } from './command/routes.ts';
import * as contract from './contract.ts';
import { endCustodian } from './custodian.service.ts';
import { declareIncident } from './declare.service.ts';
import { formRoutes } from './forms/routes.ts';
import * as late from './late.service.ts';
import * as incidents from './incidents.service.ts';
import * as lines from './lines.service.ts';
import { listIncidents } from './list.service.ts';
import { breachRoutes } from './breach/routes.ts';
import { costRoutes } from './costs/routes.ts';
import { mergeRoutes } from './merges/routes.ts';
import * as read from './read.service.ts';
import { printReport } from './report.service.ts';
import { resourceRoutes } from './resources/routes.ts';
import { reviewRoutes } from './reviews/routes.ts';
import { readThread } from './thread.service.ts';
import * as wall from './wall.service.ts';

export default {
  name: 'incidents',
  permissions: {
    'incidents:read': 'See incidents',
    'incidents:declare': 'Declare an incident',
    'incidents:write': 'Change facts, write into the log, name people, things and losses',
    'incidents:close': 'Close and reopen incidents',
    'incidents:wall': 'Put an incident behind a wall and say who stands behind it',
    'incidents:activate': 'Activate a command and end it',
    'incidents:command': 'Hold command: positions, periods, hand-over',
    'incidents:plan-section': 'Prepare the plan of a period',
    'incidents:review': 'Write after-action reviews and give corrective actions',
    'incidents:clock-stop': 'Say that a duty to notify of a breach is not due; two people do',
    'incidents:cost': 'See and enter what an incident cost',
    'incidents:exercise': 'Declare and end incidents of an exercise, which count in no figure',
    'incidents:import': 'Bring in incidents of the past from another system',
  },
  routes: [
    serve(contract.listIncidents, listIncidents),
    serve(contract.readClassification, classification.readClassification),
    serve(contract.declareIncident, declareIncident),
    serve(contract.readIncident, read.readIncident),
    serve(contract.changeFacts, incidents.changeFacts),
    serve(contract.noteFacts, late.noteFacts),
    serve(contract.listConflicts, late.listConflicts),
    serve(contract.settleConflict, late.settleConflict),
    serve(contract.classifyIncident, incidents.classifyIncident),
    serve(contract.changeSeverity, incidents.changeSeverity),
    serve(contract.closeIncident, incidents.closeIncident),
    serve(contract.reopenIncident, incidents.reopenIncident),
    serve(contract.listLog, read.listLog),
    serve(contract.addLogEntry, lines.addLogEntry),
    serve(contract.strikeLogEntry, lines.strikeLogEntry),
    serve(contract.addPerson, lines.addPerson),
    serve(contract.strikePerson, lines.strikePerson),
    serve(contract.addThing, lines.addThing),
    serve(contract.strikeThing, lines.strikeThing),
    serve(contract.addLoss, lines.addLoss),
    serve(contract.strikeLoss, lines.strikeLoss),
    serve(contract.wallIncident, wall.wallIncident),
    serve(contract.listMembers, wall.listMembers),
    serve(contract.admitMember, wall.admitMember),
    serve(contract.removeMember, wall.removeMember),
    serve(contract.endCustodian, endCustodian),
    serve(contract.readTimeline, read.readTimeline),
    serve(contract.readThread, readThread),
    serve(contract.printReport, printReport),
    ...commandRoutes,
    ...resourceRoutes,
    ...formRoutes,
    ...reviewRoutes,
    ...mergeRoutes,
    ...costRoutes,
    ...breachRoutes,
  ],
} satisfies Module;
