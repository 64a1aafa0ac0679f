import { type Module, serve } from '#platform/kernel/http.ts';
import { printCertificate } from './certificate.ts';
import * as contract from './contract.ts';
import * as holds from './holds.service.ts';
import * as runs from './runs.service.ts';
import * as schedules from './schedules.service.ts';
import { seed } from './seed.ts';

export default {
  name: 'retention',
  permissions: {
    'retention:read': 'See schedules, holds, dry runs and what was removed',
    'retention:schedule': 'Propose and decide how long records are kept',
    'retention:run': 'Look what is due, propose and approve its removal',
    'retention:hold': 'Place legal holds, propose and approve their release',
    'retention:walled': 'Include in a run what stands behind walls, as counts',
    'retention:erase': 'Handle what people ask about themselves: what is held on them, and its erasure',
  },
  seed,
  routes: [
    serve(contract.listSchedules, schedules.listSchedules),
    serve(contract.listVersions, schedules.listVersions),
    serve(contract.proposeSchedule, schedules.proposeSchedule),
    serve(contract.listRuns, runs.listRuns),
    serve(contract.startRun, runs.startRun),
    serve(contract.readRun, runs.readRun),
    serve(contract.listItems, runs.listItems),
    serve(contract.proposeRun, runs.proposeRun),
    serve(contract.continueRun, runs.continueRun),
    serve(contract.printCertificate, printCertificate),
    serve(contract.listHolds, holds.listHolds),
    serve(contract.placeHold, holds.placeHold),
    serve(contract.readHold, holds.readHold),
    serve(contract.releaseHold, holds.releaseHold),
    serve(contract.listMarks, holds.listMarks),
  ],
} satisfies Module;
