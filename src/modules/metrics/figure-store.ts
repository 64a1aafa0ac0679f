import { store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

export const metrics = store<Tables>('metrics');
