import type { ImportKind } from '#platform/imports/port.ts';
import { pastKind } from './last-year/past-kind.ts';
import { rationaleKind } from './rationale-import.ts';

export const importKinds: readonly ImportKind[] = [pastKind, rationaleKind];
