import type { DecodedEvent } from './content.ts';
import { readable } from './text.ts';

type Read = { events: DecodedEvent[]; texts: string[]; unread: string };
type Modifiers = Omit<DecodedEvent, 'token' | 'code' | 'qualifier' | 'number' | 'numberName' | 'isOld'>;
type Place = { at: number; block: string };

const MODIFIER = /[a-z]{2}/y;
const MODIFIER_VALUE = /[0-9:.,+-]*/y;
const CODE = /[A-Z]{2}|L[0-9]/y;
const NUMBER = /[0-9]*/y;
const NAME = /\^([^^]*)\^/y;
/** More than any panel packs into a message: a hostile one must not grow on decoding. What is over stays unread. */
const MOST_EVENTS = 64;
const MOST_OTHERS = 8;
const QUOTED = /\*(?:"([^"]*)"|'([^']*)')(?:NM)?/y;

/**
 * Reads a block of SIA DC-03 data: `N` (new) or `O` (old), then codes with their numbers, each under the modifiers before it
 * (`ti` time, `da` date, `ri` area, `id` user, `pi` peripheral), which hold until changed; `/` may part them, `^name^` may follow a number.
 * A block without its `N` is read too. Reading stops at the first thing that it cannot read: `unread` is that and all after it.
 */
export function decodeEvents(block: string): Read {
  const flag = block[0];
  if (flag !== 'N' && flag !== 'O') return readAll(block, 0, false);
  const read = readAll(block, 1, flag === 'O');
  if (read.events.length > 0) return read;
  const whole = readAll(block, 0, false);
  return whole.events.length > 0 ? whole : read;
}

function readAll(block: string, from: number, isOld: boolean): Read {
  const place: Place = { at: from, block };
  const events: DecodedEvent[] = [];
  const texts: string[] = [];
  let held = noModifiers();
  let late = noModifiers();
  while (place.at < block.length) {
    const start = place.at;
    const modifier = take(place, MODIFIER);
    const code = modifier ? undefined : take(place, CODE);
    if (modifier) {
      const changed = readModifier(place, modifier);
      if (!changed || held.others.length > MOST_OTHERS) return finish(events, texts, late, block.slice(start));
      held = { ...held, ...changed, others: replaced(held.others, changed.others ?? []) };
      late = { ...late, ...changed };
    } else if (code) {
      if (events.length === MOST_EVENTS) return finish(events, texts, late, block.slice(start));
      events.push({ token: 'SIA-DCS', code, qualifier: null, number: take(place, NUMBER) || null, numberName: readName(place), ...held, others: [...held.others], isOld });
      late = noModifiers();
    } else if (block[start] === '/' || block[start] === ' ') place.at++;
    else {
      const quoted = take(place, QUOTED, 1, 2);
      if (quoted === undefined) return finish(events, texts, late, block.slice(start));
      texts.push(readable(quoted));
    }
  }
  return finish(events, texts, late, '');
}

/** Modifiers after the last code belong to it where it has none of its own: some panels write the time behind. */
function finish(events: DecodedEvent[], texts: string[], late: Modifiers, unread: string): Read {
  const last = events.at(-1);
  if (last) {
    last.time ??= late.time;
    last.date ??= late.date;
    last.area ??= late.area;
    last.user ??= late.user;
    last.peripheral ??= late.peripheral;
  }
  return { events, texts, unread };
}

function readModifier(place: Place, id: string): Partial<Modifiers> | null {
  const value = take(place, MODIFIER_VALUE);
  if (!value) return null;
  const name = readName(place);
  if (id === 'ti') return { time: value };
  if (id === 'da') return { date: value };
  if (id === 'ri') return { area: value, areaName: name };
  if (id === 'id') return { user: value, userName: name };
  if (id === 'pi') return { peripheral: value, peripheralName: name };
  return { others: [{ id, value }] };
}

const replaced = (held: Modifiers['others'], changed: Modifiers['others']): Modifiers['others'] => [
  ...held.filter((old) => !changed.some((next) => next.id === old.id)),
  ...changed,
];

function readName(place: Place): string | null {
  const name = take(place, NAME, 1);
  return name === undefined ? null : readable(name);
}

/** What the sticky pattern matches here, or one of its groups; it moves on. Undefined where it does not match. */
function take(place: Place, pattern: RegExp, ...groups: number[]): string | undefined {
  pattern.lastIndex = place.at;
  const found = pattern.exec(place.block);
  if (!found) return undefined;
  place.at = pattern.lastIndex;
  if (groups.length === 0) return found[0];
  return groups.map((group) => found[group]).find((text) => text !== undefined) ?? '';
}

const noModifiers = (): Modifiers => ({
  area: null,
  areaName: null,
  user: null,
  userName: null,
  peripheral: null,
  peripheralName: null,
  time: null,
  date: null,
  others: [],
});
