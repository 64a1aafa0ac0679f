import type { Counting } from './contract.ts';

// RFC 8176 §2, by what they show: something known, something held, or the body.
const KNOWN = new Set(['pwd', 'pin', 'kba']);
const HELD_OR_BODY = new Set(['otp', 'hwk', 'swk', 'sc', 'sms', 'tel', 'fpt', 'face', 'iris', 'retina', 'vbm']);

/** Whether a provider's word stands for a second factor: where the rule says so, and with `when-told` its token names several factors. */
export function countsAsSecondFactor(rule: Counting, amr: unknown): boolean {
  if (rule !== 'when-told') return rule === 'trusted';
  const words = Array.isArray(amr) ? amr.filter((word) => typeof word === 'string') : [];
  return words.includes('mfa') || (words.some((word) => KNOWN.has(word)) && words.some((word) => HELD_OR_BODY.has(word)));
}
