import type { JobKind } from '#platform/jobs/port.ts';
import { backTest } from './back-test.service.ts';
import { answerKind } from './last-year/answer.ts';

export const jobKinds: readonly JobKind[] = [backTest, answerKind];
