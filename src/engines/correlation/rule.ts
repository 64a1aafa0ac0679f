/**
 * Rules over several signals, as data: each a plain object that JSON holds whole. `kind` says what is looked for.
 * Times are milliseconds. All windows include their end: what comes exactly `withinMs` later is still within.
 */
export { checkRule, checkRules } from './check.ts';
export * from './kinds.ts';
