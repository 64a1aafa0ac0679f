import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as decide from './decide.service.ts';
import { leadExpiry } from './expire.ts';
import * as read from './read.service.ts';

export default {
  name: 'two-person',
  routes: [
    serve(contract.listDecisions, read.listDecisions),
    serve(contract.countDecisions, read.countDecisions),
    serve(contract.readDecision, read.readDecision),
    serve(contract.approveDecision, decide.approveDecision),
    serve(contract.refuseDecision, decide.refuseDecision),
    serve(contract.withdrawDecision, decide.withdrawDecision),
    serve(contract.reviewDecision, decide.reviewDecision),
  ],
  work: leadExpiry,
} satisfies Module;
