import type { Command, Holder, Period, Position } from '../command-contract.ts';
import type { Incident, LogEntry } from '../contract.ts';
import type { Resource, ResourceMove, SituationReport } from '../resource-contract.ts';

export type ObjectiveFacts = { text: string; strategies: string; priority: number; state: 'open' | 'partly' | 'met'; positionId: string | null };
export type TaskFacts = { title: string; ownerId: string | null; owner: string; isOpen: boolean };
export type SheetFacts = { form: string; state: 'draft' | 'signed'; version: number; subject: string; periodId: string | null };

/** Whom or what a form is for, where it is not for the incident as a whole. */
export type Subject = { is: 'position'; position: Position } | { is: 'resource'; card: Resource };

/** Everything from which forms are filled, as their reader may see it; what was struck is left out. */
export type FormFacts = {
  incident: Incident; type: string; organisation: string; address: string; zone: string; now: string;
  /** Who fills it in, and the position that they hold. */
  writer: { name: string; position: string };
  /** The command log, the earliest first. */
  log: readonly LogEntry[];
  /** The latest first. */
  reports: readonly SituationReport[];
  cards: readonly Resource[]; moves: readonly (ResourceMove & { resource: string })[];
  command: Pick<Command, 'current' | 'past' | 'positions' | 'periods'> | null;
  period: Period | null;
  objectives: readonly ObjectiveFacts[];
  safety: readonly { text: string; at: string }[];
  tasks: readonly TaskFacts[];
  sheets: readonly SheetFacts[];
  subject: Subject | null;
};

const UNITS: ReadonlySet<string> = new Set(['branch', 'division', 'group', 'unit', 'task-force', 'strike-team', 'staging']);
export const isUnit = ({ kind }: Position): boolean => UNITS.has(kind);
export const standing = (facts: Pick<FormFacts, 'command'>): readonly Position[] => (facts.command?.positions ?? []).filter(({ closedAt }) => closedAt === null);
export const heldBy = (position: Position | undefined): readonly Holder[] => position?.holders ?? [];
export const namesOf = (position: Position | undefined): string => heldBy(position).map(({ name, agency }) => (agency ? `${name} (${agency})` : name)).join(', ');
export const ofKind = (facts: FormFacts, kind: string): Position | undefined => standing(facts).find((position) => position.kind === kind);

/** What stands for a unit: resources assigned to it, objectives that it owns, tasks of who holds it. */
export function taskOf(facts: Pick<FormFacts, 'cards' | 'objectives' | 'tasks'>, unit: Position): { cards: readonly Resource[]; objectives: readonly ObjectiveFacts[]; tasks: readonly TaskFacts[] } {
  const owners = new Set(unit.holders.map(({ personId }) => personId).filter((id) => id !== null));
  const name = unit.title.trim().toLocaleLowerCase();
  return {
    cards: facts.cards.filter(({ state, assignedTo }) => state === 'assigned' && assignedTo.trim().toLocaleLowerCase() === name), objectives: facts.objectives.filter(({ positionId }) => positionId === unit.id),
    tasks: facts.tasks.filter(({ ownerId, isOpen }) => isOpen && ownerId !== null && owners.has(ownerId)),
  };
}

/** The units that have a task: form 204 exists once for each. */
export const unitsWithTask = (facts: Pick<FormFacts, 'command' | 'cards' | 'objectives' | 'tasks'>): readonly Position[] =>
  standing(facts).filter(isUnit).filter((unit) => Object.values(taskOf(facts, unit)).some((found) => found.length > 0));
