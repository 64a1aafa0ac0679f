import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as service from './jobs.service.ts';
import { seedQueue } from './seed.ts';
import { runJobs } from './work.ts';

export default {
  name: 'jobs',
  seed: seedQueue,
  routes: [
    serve(contract.listJobs, service.listJobs),
    serve(contract.readJob, service.readJob),
    serve(contract.stopJob, service.stopJob),
    serve(contract.repeatJob, service.repeatJob),
  ],
  work: runJobs(),
} satisfies Module;
