import type { JsonValue } from '#platform/report/text.ts';
import type { HandOver, LogLine, ShiftDetail, Standing } from '../shift-contract.ts';

/** What is printed of a shift. Times are said in UTC, as a shift may watch several zones. */
export type ShiftPaper = { shift: ShiftDetail; log: readonly LogLine[]; isCut: boolean; by: string; organisation: string; isDemo: boolean; at: string; record: string };

const moment = (at: string | null): string => (at === null ? '' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`);
const DONE: Readonly<Record<string, string>> = {
  'alarms.claimed': 'Took', 'alarms.taken-over': 'Took over', 'alarms.released': 'Gave up', 'alarms.acknowledged': 'Acknowledged', 'alarms.returned': 'Said that it ended', 'alarms.shelved': 'Shelved', 'alarms.unshelved': 'Brought back',
  'alarms.closed': 'Closed', 'alarms.became-incident': 'Declared an incident from', 'alarms.escalated': 'Not taken in time:',
};
const HOW = { 'handed-over': 'handed over', 'to-nobody': 'nobody came after it', 'by-supervisor': 'ended by the supervisor' } as const;
const STATE = { proposed: 'Waits to be accepted', accepted: 'Accepted', refused: 'Refused', withdrawn: 'Taken back', 'to-nobody': 'Handed over to nobody' } as const;
const CHECKED = { 'open-alarms': 'open alarms', shelved: 'shelved alarms', silent: 'what is not heard', 'keys-and-radios': 'keys and radios', 'people-on-site': 'people on site', announced: 'what is announced' } as const;

const facts = (pairs: readonly (readonly [string, string])[]): JsonValue => pairs.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }));

function listsOf({ held, waiting, shelved, silent }: Standing): JsonValue {
  const lists = [
    ['Held by who left', held.map((one) => ({ ...one, more: one.handling }))], ['Held by nobody', waiting.map((one) => ({ ...one, more: moment(one.since) }))],
    ['Shelved', shelved.map((one) => ({ ...one, more: [`until ${moment(one.until)}`, one.why ?? ''].filter(Boolean).join(': ') }))], ['Not heard', silent.map((one) => ({ ...one, more: moment(one.since) }))],
  ] as const;
  return lists.flatMap(([title, rows]) => (rows.length === 0 ? [] : [{ title: `${title} (${rows.length})`, rows: rows.map(({ priority, number, title: name, site, more }) => ({ priority, number, title: name, site: site ?? '', more })) }]));
}

const handOverPart = ({ state, proposedAt, notes, checked, frozen, decidedAt, decider, why, moved, returned }: HandOver): JsonValue => ({
  title: `Hand-over of ${moment(proposedAt)}`,
  facts: facts([
    ['State', `${STATE[state]}${decider === null ? '' : ` by ${decider}`}${decidedAt === null ? '' : `, ${moment(decidedAt)}`}`], ['Reason', why ?? ''], ['Notes', notes], ['Checked', checked.map((key) => CHECKED[key]).join(', ')],
    ['On test', (frozen.onTest ?? []).map(({ name, until, why }) => `${name} until ${moment(until)}: ${why}`).join('\n')],
    ['Alarms', moved === null && returned === null ? '' : `${moved ?? 0} went along, ${returned ?? 0} back to the queue`], ['Held elsewhere', frozen.heldElsewhere === 0 ? '' : String(frozen.heldElsewhere)],
  ]),
  lists: listsOf(frozen),
});

const lineOf = ({ at, by, words, verb, about, struck }: LogLine): JsonValue => ({
  at: moment(at), by, words: words ?? `${DONE[verb ?? ''] ?? verb ?? ''} ${about?.title ?? ''}`.trim(), about: about?.number ?? '', struck: struck === null ? '' : `Struck ${moment(struck.at)} by ${struck.by}: ${struck.why}`,
});

/** The data of `report/shift.typ`. */
export function shiftPaper({ shift, log, isCut, by, organisation, isDemo, at, record }: ShiftPaper): { title: string; data: JsonValue } {
  const title = `Shift ${shift.number}`;
  return {
    title,
    data: {
      frame: { organisation, department: 'Corporate security', number: shift.number, kind: 'Shift log', demo: isDemo ? 'Demonstration: nothing here is real' : null, walled: null, printed: `Printed ${moment(at)} by ${by.slice(0, 60)}`, record, of: 'of' },
      title, lead: `The log of one shift, with what was handed over. What its person did to alarms stands here as the ledger says it, as far as who printed this may see it.`,
      facts: facts([
        ['On duty', shift.person.name], ['Watched', shift.siteId === null ? 'The whole organisation' : (shift.site ?? 'A site')], ['Desk', shift.desk], ['Reached at', shift.reach], ['Began', moment(shift.beganAt)],
        ['Ended', shift.endedAt === null ? 'Not yet' : `${moment(shift.endedAt)}${shift.endedHow === null ? '' : `, ${HOW[shift.endedHow]}`}`], ['Why', shift.endedWhy ?? ''],
      ]),
      heads: { alarms: ['', 'Number', 'Alarm', 'Site', 'Since, or how'], log: 'Log', columns: ['When', 'Who', 'What', 'About'], nothing: 'Nothing was written or done.' },
      handOvers: shift.handOvers.toReversed().map(handOverPart), log: log.map(lineOf), cut: isCut ? 'There is more than this paper holds; the rest stands in the log on the screen.' : '',
    },
  };
}
