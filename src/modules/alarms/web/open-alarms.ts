import { beginList, type Listing, useList } from '#platform/web/query.ts';
import { type Alarm, listAlarms } from '../contract.ts';

const OPEN = { state: 'open', limit: 200 } as const;

/** The open alarms that the reader sees, live. */
export const useOpenAlarms = (): Listing<Alarm> => useList('alarms', listAlarms, OPEN);

/** Reads them while the board is still on its way. */
export const beginOpenAlarms = (): void => beginList('alarms', listAlarms, OPEN);
