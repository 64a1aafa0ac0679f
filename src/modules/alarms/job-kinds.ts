import type { JobKind } from '#platform/jobs/port.ts';
import { backTest } from './back-test.service.ts';

export const jobKinds: readonly JobKind[] = [backTest];
