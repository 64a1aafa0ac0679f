import type { JobKind } from '#platform/jobs/port.ts';
import { cameraSearch } from './cameras/search.ts';
import { simulation } from './simulator/simulator.service.ts';

export const jobKinds: readonly JobKind[] = [simulation, cameraSearch];
