import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as destinations from './destinations.service.ts';
import * as messages from './messages.service.ts';
import { leadDestinations } from './work.ts';

export default {
  name: 'convergence',
  permissions: {
    'convergence:share-out': 'Say which systems outside are told of alarms, incidents and devices',
    'convergence:tell': 'Be told of alarms, incidents and devices, to say it outside (the actor of a destination only)',
  },
  routes: [
    serve(contract.listDestinations, destinations.listDestinations),
    serve(contract.addDestination, destinations.addDestination),
    serve(contract.readDestination, destinations.readDestination),
    serve(contract.changeDestination, destinations.changeDestination),
    serve(contract.pauseDestination, destinations.pauseDestination),
    serve(contract.resumeDestination, destinations.resumeDestination),
    serve(contract.endDestination, destinations.endDestination),
    serve(contract.renewSecret, destinations.renewSecret),
    serve(contract.testDestination, messages.testDestination),
    serve(contract.listMessages, messages.listMessages),
    serve(contract.replayMessages, messages.replayMessages),
    serve(contract.replayMessage, messages.replayMessage),
  ],
  work: leadDestinations,
} satisfies Module;
