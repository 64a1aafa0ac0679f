import type { StepSource } from '#platform/thread/port.ts';

export const stepSource: StepSource = { permission: 'files:read', words: { 'files.attached': 'A file was attached', 'files.struck': 'A file was struck' } };
