// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface ExercisesAction {
  addedAt: string;
  addedBy: string;
  exerciseId: string;
  id: string;
  observationId: string;
  taskId: string;
  title: string;
}

export interface ExercisesExercise {
  clockFrom: string | null;
  endedAt: string | null;
  endedBy: string | null;
  endNote: Generated<string>;
  evaluatedAt: string | null;
  evaluatedBy: string | null;
  id: string;
  isCleared: Generated<boolean>;
  kind: 'discussion' | 'tabletop' | 'drill' | 'functional' | 'full-scale';
  number: string;
  plannedAt: string;
  plannedBy: string;
  plannedFor: string;
  runS: Generated<number>;
  scenario: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  sourceId: string | null;
  startedAt: string | null;
  state: ColumnType<'planned' | 'running' | 'paused' | 'ended' | 'evaluated' | 'cancelled', 'planned' | 'running' | 'paused' | 'ended' | 'evaluated' | 'cancelled' | undefined, 'planned' | 'running' | 'paused' | 'ended' | 'evaluated' | 'cancelled'>;
  summary: Generated<string>;
  title: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface ExercisesExpectation {
  addedAt: string;
  exerciseId: string;
  id: string;
  injectId: string;
  metS: number | null;
  objectiveId: string | null;
  observation: Generated<string>;
  ratedAt: string | null;
  ratedBy: string | null;
  rating: 'P' | 'S' | 'M' | 'U' | null;
  text: string;
  withinS: number | null;
}

export interface ExercisesInject {
  addedAt: string;
  afterId: string | null;
  channel: 'notice' | 'signal' | 'spoken';
  delayS: Generated<number>;
  deliveredAt: string | null;
  deliveredBy: string | null;
  deliveredS: number | null;
  exerciseId: string;
  expectationId: string | null;
  id: string;
  isAutomatic: boolean;
  signalPoint: string | null;
  signalType: string | null;
  skipReason: Generated<string>;
  state: ColumnType<'waiting' | 'sending' | 'delivered' | 'skipped', 'waiting' | 'sending' | 'delivered' | 'skipped' | undefined, 'waiting' | 'sending' | 'delivered' | 'skipped'>;
  text: string;
  title: string;
  trigger: 'clock' | 'inject' | 'met' | 'hand';
}

export interface ExercisesObjective {
  addedAt: string;
  capability: string;
  exerciseId: string;
  id: string;
  struckAt: string | null;
  text: string;
}

export interface ExercisesObservation {
  addedAt: string;
  addedBy: string;
  capability: string;
  cause: string | null;
  exerciseId: string;
  id: string;
  kind: 'strength' | 'improvement';
  recommendation: Generated<string>;
  struckAt: string | null;
  struckReason: Generated<string>;
  text: string;
}

export interface ExercisesParticipant {
  exerciseId: string;
  id: string;
  outAt: string | null;
  personId: string;
  role: 'player' | 'controller' | 'evaluator' | 'observer';
}

export interface Tables {
  'exercises.action': ExercisesAction;
  'exercises.exercise': ExercisesExercise;
  'exercises.expectation': ExercisesExpectation;
  'exercises.inject': ExercisesInject;
  'exercises.objective': ExercisesObjective;
  'exercises.observation': ExercisesObservation;
  'exercises.participant': ExercisesParticipant;
}
