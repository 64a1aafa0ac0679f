import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { movePerson } from './move.service.ts';
import * as people from './people.service.ts';
import * as signIns from './sign-in.service.ts';

export default {
  name: 'people',
  permissions: {
    'people:read': 'See the register of people',
    'people:write': 'Add people and change what is known of them',
  },
  routes: [
    serve(contract.listPeople, people.listPeople),
    serve(contract.findNames, people.findNames),
    serve(contract.readPerson, people.readPerson),
    serve(contract.addPerson, people.addPerson),
    serve(contract.changePerson, people.changePerson),
    serve(contract.suspendPerson, people.suspendPerson),
    serve(contract.reactivatePerson, people.reactivatePerson),
    serve(contract.markLeaver, people.markLeaver),
    serve(contract.setManager, people.setManager),
    serve(contract.movePerson, movePerson),
    serve(contract.listOpenWork, people.listOpenWork),
    serve(contract.listHandedOver, people.listHandedOver),
    serve(contract.setSignIn, people.setSignIn),
    serve(contract.resetPassword, people.resetPassword),
    serve(contract.makeResetLink, signIns.makeResetLink),
    serve(contract.factorsOfPerson, signIns.factorsOfPerson),
    serve(contract.resetFactors, signIns.resetFactors),
    serve(contract.linkPerson, signIns.linkPerson),
    serve(contract.unlinkPerson, signIns.unlinkPerson),
    serve(contract.sessionsOfPerson, signIns.sessionsOfPerson),
    serve(contract.endSessionsOfPerson, signIns.endSessionsOfPerson),
  ],
} satisfies Module;
