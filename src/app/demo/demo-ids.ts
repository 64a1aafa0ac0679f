import { createHash } from 'node:crypto';

/** A UUIDv7 that is the same for the same seed and key, so that what is loaded twice is the same record. `at` gives its time. */
export function demoId(seed: string, key: string, at: string): string {
  const time = Math.max(0, Date.parse(at)).toString(16).padStart(12, '0');
  const rest = createHash('sha256').update(`${seed} ${key}`).digest('hex');
  const variant = (8 + (Number.parseInt(rest[3] ?? '0', 16) % 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${rest.slice(0, 3)}-${variant}${rest.slice(4, 7)}-${rest.slice(7, 19)}`;
}
