import { createHash, randomInt } from 'node:crypto';

export const CODES = 10;
// Without those that are mistaken for each other when written by hand.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 7;

/** A code such as `h7kd-92mx-qa3p-w8tn-4vfc-xz7e-k5ru`: 28 of 31 letters and digits, 138 bits, so that a fast hash keeps it. */
export const newRecoveryCode = (): string =>
  Array.from({ length: GROUPS }, () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join('-');

/** What is stored of a code: it fits one person only. However it is typed, with or without dashes. */
export const hashRecoveryCode = (personId: string, code: string): Buffer =>
  createHash('sha256').update(`${personId}\n${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`).digest();
