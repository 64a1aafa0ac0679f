import { type FieldFault, Problem } from './problem.ts';

const DEEPEST = 32;
const MOST_FAULTS = 20;

type Place = { value: unknown; pointer: string; depth: number };

const escaped = (key: string): string => key.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('\0', '\\0').slice(0, 80);

/** Why a text cannot be kept as it is: PostgreSQL has no zero character, and half a surrogate pair is no text in UTF-8. */
const faultOfText = (text: string): string | null => {
  if (text.includes('\0')) return 'Leave out the zero character (U+0000); it cannot be kept.';
  return text.isWellFormed() ? null : 'Half of a character stands here (a lone surrogate); send well-formed text.';
};

const partsOf = (value: object): [string, unknown][] => (Array.isArray(value) ? value.map((item, i): [string, unknown] => [String(i), item]) : Object.entries(value));

/**
 * Refuses, before any schema or verb sees it, what could be kept only altered, or would break what walks it: zero
 * characters, lone surrogates, and nesting deeper than 32 levels. Throws 400 with a pointer each.
 */
export function refuseUnstorable(sent: unknown): void {
  const errors: FieldFault[] = [];
  const waiting: Place[] = [{ value: sent, pointer: '', depth: 0 }];
  for (let place = waiting.pop(); place !== undefined && errors.length < MOST_FAULTS; place = waiting.pop()) {
    const { value, pointer, depth } = place;
    if (typeof value === 'string') {
      const detail = faultOfText(value);
      if (detail) errors.push({ pointer: pointer || '/', detail });
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= DEEPEST) errors.push({ pointer, detail: `Nest at most ${DEEPEST} levels deep.` });
      else {
        for (const [key, item] of partsOf(value)) {
          const at = `${pointer}/${escaped(key)}`;
          const detail = faultOfText(key);
          if (detail) errors.push({ pointer: at, detail });
          if (typeof item === 'string' || typeof item === 'object') waiting.push({ value: item, pointer: at, depth: depth + 1 });
        }
      }
    }
  }
  if (errors.length > 0) throw new Problem('invalid', 'platform.invalid_input', 'Some fields are not as they must be; each is listed.', { errors });
}
