import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as evaluating from './evaluate.service.ts';
import { leadExercises } from './lead.ts';
import * as planning from './plan.service.ts';
import { listExercises, listSignalTypes, readExercise } from './read.service.ts';
import { printExercise } from './report.service.ts';
import * as running from './run.service.ts';

export default {
  name: 'exercises',
  permissions: {
    'exercises:read': 'See exercises, and take part',
    'exercises:script': 'See what is still to come in an exercise (not for who plays)',
    'exercises:plan': 'Plan exercises: objectives, people, script',
    'exercises:control': 'Run exercises: the clock, injects, incidents of the exercise',
    'exercises:evaluate': 'Rate exercises and give corrective actions',
    'exercises:deliver': 'Deliver what is due in an exercise (the correlator only)',
  },
  routes: [
    serve(contract.listExercises, listExercises),
    serve(contract.listSignalTypes, listSignalTypes),
    serve(contract.planExercise, planning.planExercise),
    serve(contract.readExercise, readExercise),
    serve(contract.changeExercise, planning.changeExercise),
    serve(contract.cancelExercise, planning.cancelExercise),
    serve(contract.setParticipants, planning.setParticipants),
    serve(contract.addObjective, planning.addObjective),
    serve(contract.strikeObjective, planning.strikeObjective),
    serve(contract.addInject, planning.addInject),
    serve(contract.changeInject, planning.changeInject),
    serve(contract.startExercise, running.startExercise),
    serve(contract.pauseExercise, running.pauseExercise),
    serve(contract.jumpClock, running.jumpClock),
    serve(contract.endExercise, running.endExercise),
    serve(contract.deliverInject, running.deliverInject),
    serve(contract.skipInject, running.skipInject),
    serve(contract.declareIncident, running.declareIncident),
    serve(contract.rateExpectation, evaluating.rateExpectation),
    serve(contract.addObservation, evaluating.addObservation),
    serve(contract.strikeObservation, evaluating.strikeObservation),
    serve(contract.addAction, evaluating.addAction),
    serve(contract.finishEvaluation, evaluating.finishEvaluation),
    serve(contract.printExercise, printExercise),
  ],
  work: leadExercises,
} satisfies Module;
