import { expect, test } from 'vitest';
import { visitAfter } from './last-visit.ts';

const NOW = new Date('2026-11-22T08:00:00.000Z');

test('a visit begins at the last one, is the same within half an hour, and has none before it the first time', () => {
  expect(visitAfter(null, NOW)).toEqual({ before: null, at: '2026-11-22T08:00:00.000Z' });
  expect(visitAfter('- 2026-11-21T07:30:00.000Z', NOW).before).toBe('2026-11-21T07:30:00.000Z');
  expect(visitAfter('2026-11-20T07:00:00.000Z 2026-11-22T07:40:00.000Z', NOW).before).toBe('2026-11-20T07:00:00.000Z');
  expect(visitAfter('- 2026-11-22T07:40:00.000Z', NOW).before).toBeNull();
  expect(visitAfter('nonsense', NOW).before).toBeNull();
  expect(visitAfter('- 2027-01-01T00:00:00.000Z', NOW).before).toBeNull();
});
