import type { Compiled } from '#engines/mapping/compile.ts';
import type { Effect, MappedEvent, Subject } from '#engines/mapping/mapping.ts';
import { readByMapping, type Reading } from '#engines/mapping/read.ts';
import type { Classified } from '../classify.ts';
import type { ReadEvent } from '../meaning.ts';
import { NOT_UNDERSTOOD, taxonomyVersion, typeOf } from '../taxonomy.ts';

const EFFECTS: readonly Effect[] = ['raise', 'restore', 'restore-point', 'cancel', 'note'];
const NO_MAPPING = 'No mapping of its source is in force.';
const NO_ROW = 'No line of the mapping fits.';

/** The events of a message without codes of its own, by the mapping of its source; at least one, so that nothing is lost from sight. */
export function mappedEvents(subject: Subject, mapping: Compiled | null): ReadEvent[] {
  const direct = directEvent(subject);
  if (!mapping) return [direct ?? notUnderstood(NO_MAPPING, null)];
  const { events, problem } = readByMapping(mapping, subject);
  if (problem !== null) return [direct ?? notUnderstood(problem, null)];
  return events.map((event) => (event.row === null ? (direct ?? notUnderstood(NO_ROW, event)) : readEvent(event)));
}

/** What a mapping makes of a message, with what came to nothing: for the try-it box. */
export const readingOf = (subject: Subject, mapping: Compiled | null): { events: ReadEvent[]; reading: Reading | null } => ({ events: mappedEvents(subject, mapping), reading: mapping ? readByMapping(mapping, subject) : null });

/** A signal in our own form may name a type of the taxonomy, with `#restore` and the like behind it. */
function directEvent({ format, fields }: Subject): ReadEvent | null {
  if (format !== 'signal') return null;
  const { type, device, zone, message } = fields as { type?: unknown; device?: unknown; zone?: unknown; message?: unknown };
  const [key = '', said] = typeof type === 'string' ? type.split('#') : [];
  const kind = typeOf(key);
  const effect = said === undefined ? (kind?.raisesAlarm ? 'raise' : 'note') : EFFECTS.find((one) => one === said);
  if (!kind || !effect) return null;
  return readEvent({ row: null, title: kind.title, type: key, effect, isUnverified: false, device: asText(device), zone: asText(zone), severity: null, message: asText(message) });
}

const asText = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);

function readEvent(event: MappedEvent): ReadEvent {
  const kind = typeOf(event.type ?? '');
  if (!kind) return notUnderstood(NO_ROW, event);
  return made(event, { type: kind.key, title: kind.title, isUnderstood: kind.key !== NOT_UNDERSTOOD, priority: kind.priority, text: event.message, effect: event.effect });
}

function notUnderstood(why: string, event: MappedEvent | null): ReadEvent {
  const kind = typeOf(NOT_UNDERSTOOD);
  const nowhere: MappedEvent = { row: null, title: '', type: null, effect: 'raise', isUnverified: false, device: null, zone: null, severity: null, message: null };
  return made(event ?? nowhere, { type: NOT_UNDERSTOOD, title: kind?.title ?? 'Not understood', isUnderstood: false, priority: kind?.priority ?? null, text: event?.message ?? why, effect: 'raise' });
}

type What = { type: string; title: string; isUnderstood: boolean; priority: number | null; text: string | null; effect: Effect };

function made(event: MappedEvent, { type, title, isUnderstood, priority, text, effect }: What): ReadEvent {
  const point = pointOf(event);
  const classified: Classified = {
    ok: true, type, effect, point, area: null, user: null, numberMeans: 'none', stillPresent: false, understood: isUnderstood, title: event.title || title,
    basis: event.isUnverified ? 'knowledge' : 'table', note: '', mappingVersion: taxonomyVersion,
  };
  return { classified, meaning: { code: '', qualifier: null, number: null, area: null, user: null, text, type, title, effect, point, priority, isUnderstood, isUnverified: event.isUnverified } };
}

/** A zone's name is its device's own where both are said. */
const pointOf = ({ device, zone }: MappedEvent): string | null => (device === null ? (zone === null ? null : `zone:${zone}`) : `device:${device}${zone === null ? '' : `, ${zone}`}`);
