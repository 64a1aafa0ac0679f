import type { ASTNode } from '@marcbachmann/cel-js';
import { LIMITS } from './mapping.ts';

/** What a run costs at most: steps that are always due, and those due once for each entry of the message's longest list, or for each of its values. */
export type Weight = { steps: number; perEntry: number; perValue: number; perEntryAndValue: number };

const FUNCTIONS = new Set(['has', 'size', 'string', 'int', 'double', 'bool', 'like', 'after', 'before', 'between']);
const METHODS = new Set(['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim', 'indexOf', 'lastIndexOf', 'substring', 'size', 'orValue', 'hasValue', 'value', 'or']);
const LOOPS = new Set(['exists', 'all', 'exists_one']);
const SEARCHES = new Set(['contains', 'indexOf', 'lastIndexOf', 'like', 'after', 'before', 'between']);
const SEARCH_STEPS = 200;
const OPERATORS = new Set(['value', 'id', '.', '.?', '[]', '[?]', 'list', 'map', '!_', '-_', '==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%', '?:', '&&', '||']);

type Walk = { loops: number; sums: number; search: number; weight: Weight; refusal: string | null };
type Node = { op: string; args: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** Walks an expression: refuses what is not bounded (regular expressions, lists made of lists, loops in loops) and weighs the rest. */
export function weigh(ast: ASTNode): { ok: true; weight: Weight } | { ok: false; reason: string } {
  const sums = countSums(ast);
  if (sums > LIMITS.sums) return { ok: false, reason: `At most ${LIMITS.sums} texts are put together in one expression.` };
  const walk: Walk = { loops: 0, sums, search: SEARCH_STEPS * (1 + sums) ** 2, weight: { steps: 0, perEntry: 0, perValue: 0, perEntryAndValue: 0 }, refusal: null };
  visit(ast, walk);
  return walk.refusal === null ? { ok: true, weight: walk.weight } : { ok: false, reason: walk.refusal };
}

const nodesIn = (value: unknown): Node[] => (isNode(value) ? [value] : Array.isArray(value) ? value.flatMap(nodesIn) : []);
const countSums = (node: unknown): number => nodesIn(node).reduce((sum, { op, args }) => sum + (op === '+' ? 1 : 0) + countSums(args), 0);

function visit(node: Node, walk: Walk): void {
  if (walk.refusal !== null) return;
  const { op, args } = node;
  if (op === 'call' || op === 'rcall') return call(op, args as readonly unknown[], walk);
  if (!OPERATORS.has(op)) return void (walk.refusal = `${op} is not used in mappings.`);
  charge(walk, 1);
  if (op === 'in') chargeEntries(walk);
  if ((op === '==' || op === '!=') && nodesIn(args).every((side) => side.op !== 'value')) chargeValues(walk);
  for (const inner of nodesIn(args)) visit(inner, walk);
}

function call(op: 'call' | 'rcall', args: readonly unknown[], walk: Walk): void {
  const name = String(args[0]);
  const isLoop = op === 'rcall' && LOOPS.has(name);
  if (!isLoop && !(op === 'call' ? FUNCTIONS : METHODS).has(name)) return void (walk.refusal = `${name}(…) is not used in mappings. ${insteadOf(name)}`);
  charge(walk, SEARCHES.has(name) ? walk.search : 1);
  const [receiver, body] = op === 'rcall' ? [args[1], args[2]] : [null, args[1]];
  for (const inner of nodesIn(receiver)) visit(inner, walk);
  if (isLoop) walk.loops += 1;
  if (walk.loops > 1) return void (walk.refusal = `${name}(…) cannot stand in another of its kind. Say with each= which list holds the events.`);
  for (const inner of nodesIn(body)) visit(inner, walk);
  if (isLoop) walk.loops -= 1;
}

const insteadOf = (name: string): string => (name === 'matches' ? 'Use like(text, "pattern*"), contains or between.' : name === 'map' || name === 'filter' ? 'Use exists(x, …), or each for a list of events.' : '');

function charge(walk: Walk, steps: number): void {
  if (walk.loops > 0) walk.weight.perEntry += steps;
  else walk.weight.steps += steps;
}

/** `in` looks through a list, which may stand in the expression itself, or through a text. */
function chargeEntries(walk: Walk): void {
  charge(walk, walk.search);
  if (walk.loops > 0) walk.weight.perEntryAndValue += 1;
  else walk.weight.perEntry += 1;
}

function chargeValues(walk: Walk): void {
  if (walk.loops > 0) walk.weight.perEntryAndValue += 1;
  else walk.weight.perValue += 1;
}

/** Steps that a run over this message may take. */
export const costOf = (weight: Weight, { values, longest }: { values: number; longest: number }): number => {
  const entries = Math.max(longest, weight.perEntry > 0 ? 100 : 0);
  return weight.steps + weight.perEntry * entries + weight.perValue * values + weight.perEntryAndValue * entries * values;
};
