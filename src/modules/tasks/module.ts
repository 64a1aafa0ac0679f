import { type Module, serve } from '#platform/kernel/http.ts';
import './hand-over.service.ts';
import * as contract from './contract.ts';
import * as tasks from './tasks.service.ts';

export default {
  name: 'tasks',
  permissions: {
    'tasks:read': 'See tasks',
    'tasks:write': 'Give, take and finish tasks',
  },
  routes: [
    serve(contract.listTasks, tasks.listTasks),
    serve(contract.listMyTasks, tasks.listMyTasks),
    serve(contract.readTask, tasks.readTask),
    serve(contract.addTask, tasks.addTask),
    serve(contract.changeTask, tasks.changeTask),
    serve(contract.completeTask, tasks.completeTask),
    serve(contract.dropTask, tasks.dropTask),
    serve(contract.reopenTask, tasks.reopenTask),
  ],
} satisfies Module;
