import type { Alarm } from '../../contract.ts';
import type { Duty, HandOver } from '../../shift-contract.ts';

/** What is asked about duty. */
export type DutyAsking = 'begin' | 'entry' | 'leave' | 'answer';
/** The alarm that is shown, about which an entry may be. */
export type About = Pick<Alarm, 'id' | 'number' | 'title'> | null;

/** The hand-over of another that waited longest. */
export const waitingFor = (duty: Duty | undefined, me: string): HandOver | null => duty?.handOvers.find(({ from }) => from.id !== me) ?? null;
