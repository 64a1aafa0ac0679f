import { type ASTNode, Environment, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { registerTextFunctions } from './functions.ts';
import { LIMITS } from './mapping.ts';
import type { Prepared, Value } from './subject.ts';
import { type Weight, weigh } from './weight.ts';

/** What an expression must answer. */
export type Wanted = 'condition' | 'text' | 'list';

/** An expression that was read and checked; `weight` says what a run of it may cost. */
export type Expression = { run(subject: Prepared, item: Value): Outcome; weight: Weight };

/** What a run answered. A pure function's failure is data: a field that is not there, a number where a text was wanted. */
export type Outcome = { ok: true; value: unknown } | { ok: false; reason: string };

const ANSWERS: Record<Wanted, { may: RegExp; words: string }> = {
  condition: { may: /^(bool|dyn)$/, words: 'This must be true or false: a comparison, has(…), or several with && and ||.' },
  text: { may: /^(string|int|double|bool|dyn|null|optional.*)$/, words: 'This must be a text, a number, or true or false.' },
  list: { may: /^(list.*|dyn|optional.*)$/, words: 'This must be a list, as fields.events.' },
};

const environment = registerTextFunctions(
  new Environment({ unlistedVariablesAreDyn: false, enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: { maxAstNodes: LIMITS.parts, maxDepth: LIMITS.depth, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 } })
    .registerVariable('format', 'string')
    .registerVariable('header', 'dyn')
    .registerVariable('fields', 'dyn')
    .registerVariable('item', 'dyn'),
);

/** Reads an expression in CEL (cel.dev): only what is bounded is let through, so whoever wrote it cannot hold the reader up. */
export function compileExpression(text: string, wanted: Wanted): { ok: true; expression: Expression } | { ok: false; reason: string } {
  if (text.length > LIMITS.expression) return { ok: false, reason: `This is longer than ${LIMITS.expression} characters. Make several lines of it.` };
  try {
    const parsed = environment.parse(text);
    const weight = weigh(parsed.ast as ASTNode);
    if (!weight.ok) return weight;
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, reason: wordsOf(checked.error) };
    const { may, words } = ANSWERS[wanted];
    if (!may.test(String(checked.type))) return { ok: false, reason: words };
    return { ok: true, expression: { weight: weight.weight, run: (subject, item) => attempt(() => parsed({ format: subject.format, header: subject.header, fields: subject.fields, item })) } };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  }
}

function attempt(run: () => unknown): Outcome {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  }
}

/** The library's first line; what follows it is a picture of the place. */
function wordsOf(error: unknown): string {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof Error) return (error.message.split('\n')[0] ?? '').slice(0, LIMITS.result);
  return 'This cannot be read.';
}
