import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSurroundings, runFile, workloadEngine } from '../../../bench/correlation-feed.ts';
import { plainCounts, workloadLines, writeLines } from '../../../bench/correlation-reference.ts';

test.each([[1, 1], [5000, 2], [5000, 3]])('the workload’s five rules, out of their file, find in %i events of seed %i what plain loops find', (n, seed) => {
  const dir = mkdtempSync(join(tmpdir(), 'parapet-correlation-'));
  try {
    const lines = workloadLines(n, seed);
    writeLines(dir, lines);
    const expected = plainCounts(lines);
    expect(runFile(join(dir, 'events.kv'), workloadEngine(readSurroundings(dir)))).toEqual(expected);
    if (n > 1) expect(Math.min(...Object.values(expected))).toBeGreaterThan(0);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
