import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as people from './people.service.ts';

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
    serve(contract.setSignIn, people.setSignIn),
    serve(contract.resetPassword, people.resetPassword),
  ],
} satisfies Module;
