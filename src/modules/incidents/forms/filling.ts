import type { FieldValue } from '../form-contract.ts';
import { bothClocks } from '../report/times.ts';
import type { FormFacts } from './facts.ts';

export type Filled = { value: FieldValue; source: string };
export type Fill = (facts: FormFacts) => Filled | null;

/** A value that is there, with its source; nothing where it is empty. */
export const text = (source: string, value: string | null | undefined): Filled | null => (value ? { value, source } : null);
export const lines = (source: string, value: readonly string[]): Filled | null => (value.length > 0 ? { value: [...value], source } : null);
export const table = (source: string, rows: readonly (readonly string[])[]): Filled | null => (rows.length > 0 ? { value: rows.map((row) => [...row]), source } : null);

/** A moment on the site's clocks, UTC beside it; empty for none. */
export const clock = ({ zone }: Pick<FormFacts, 'zone'>, at: string | null | undefined): string => (at ? bothClocks(at, zone) : '');
export const joined = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join(', ');
