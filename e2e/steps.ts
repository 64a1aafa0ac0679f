import type { Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import { keepPicture } from './browser.ts';

/** The tests of this `describe` are steps of one journey: after one that failed at its last try the others are skipped, and a picture of the page is kept. */
export function areSteps(page: () => Page): void {
  let isBroken = false;
  beforeEach(({ skip }) => skip(isBroken, 'what comes before it failed'));
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const tries = typeof task.retry === 'number' ? task.retry : (task.retry?.count ?? 0);
    isBroken = (task.result.retryCount ?? 0) >= tries;
    await keepPicture(page(), `${task.file.name.replace(/^.*\/|\.test\.ts$/g, '')} ${task.name}`);
  });
}
