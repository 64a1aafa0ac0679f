import { shippedMapping } from './mapping.ts';
import type { Basis, Effect, MappedCode, Mapping, NumberMeans } from './mapping.ts';
import { NOT_UNDERSTOOD, typeOf } from './taxonomy.ts';

/** One event of a decoded frame. `number` is what follows the code; what it stands for depends on the code. */
export type CodedEvent = {
  token: 'SIA-DCS' | 'ADM-CID';
  code: string;
  /** Contact ID only: 1 new or opening, 3 restore or closing, 6 still present. */
  qualifier?: number | string | null | undefined;
  number?: number | string | null | undefined;
  area?: number | string | null | undefined;
  user?: number | string | null | undefined;
};

/** What a signal is in the taxonomy and what it does. */
export type Classified = {
  ok: true;
  type: string;
  effect: Effect;
  /** Where the condition sits at its source: `zone:7`, `door:3`, `area:2`; null where the code names no place. */
  point: string | null;
  area: string | null;
  user: string | null;
  numberMeans: NumberMeans;
  /** Contact ID qualifier 6: repeats a condition and never opens a second alarm of it. */
  stillPresent: boolean;
  understood: boolean;
  /** The title of the code in its own table, or what was received where it is not understood. */
  title: string;
  basis: Basis;
  note: string;
  mappingVersion: string;
};

/** Data that cannot be an event at all: not even a code. */
export type Unclassifiable = { ok: false; reason: string };

const LONGEST_CODE = 16;
const PLACES = new Set<NumberMeans>(['zone', 'door', 'device', 'line', 'network', 'output', 'printer', 'receiver', 'line-card', 'condition']);

/** Gives a decoded event its type, its effect and its place. A code that the mapping does not know becomes `equipment.not-understood`, which is raised. */
export function classify(event: CodedEvent, mapping: Mapping = shippedMapping): Classified | Unclassifiable {
  const code = event.code.trim().toUpperCase().slice(0, LONGEST_CODE);
  if (code === '') return { ok: false, reason: 'The event has no code.' };
  const mapped = find(event, code, mapping);
  if (!mapped || !typeOf(mapped.type)) return notUnderstood(event, code, mapping);
  const number = plain(event.number);
  const area = (mapped.numberMeans === 'area' ? number : null) ?? plain(event.area);
  return {
    ok: true,
    type: mapped.type,
    effect: mapped.effect,
    point: pointOf(mapped, number, area),
    area,
    user: mapped.numberMeans === 'user' ? (number ?? plain(event.user)) : plain(event.user),
    numberMeans: mapped.numberMeans,
    stillPresent: event.token === 'ADM-CID' && plain(event.qualifier) === '6',
    understood: true,
    title: mapped.title,
    basis: mapped.basis,
    note: mapped.note,
    mappingVersion: mapping.version,
  };
}

/** Whether the meaning must be shown as unverified. */
export const isUnverified = (basis: Basis): boolean => basis !== 'table';

function find(event: CodedEvent, code: string, mapping: Mapping): MappedCode | undefined {
  if (event.token === 'ADM-CID') return mapping.contactId.get(`${code}:${plain(event.qualifier) ?? ''}`);
  return mapping.dc03.get(code) ?? (/^L\d$/.test(code) ? mapping.dc03.get('L_') : undefined);
}

function pointOf(mapped: MappedCode, number: string | null, area: string | null): string | null {
  if (mapped.numberMeans === 'user' || mapped.numberMeans === 'area') return area === null ? null : `area:${area}`;
  return PLACES.has(mapped.numberMeans) && number !== null ? `${mapped.numberMeans}:${number}` : null;
}

function notUnderstood(event: CodedEvent, code: string, mapping: Mapping): Classified {
  const qualifier = event.token === 'ADM-CID' ? ` qualifier ${plain(event.qualifier) ?? 'missing'}` : '';
  return {
    ok: true,
    type: NOT_UNDERSTOOD,
    effect: 'raise',
    point: `code:${code}`,
    area: plain(event.area),
    user: plain(event.user),
    numberMeans: 'none',
    stillPresent: false,
    understood: false,
    title: `${event.token} code ${code}${qualifier}`,
    basis: 'knowledge',
    note: 'not in the mapping: find it in the manual of the sender and add it',
    mappingVersion: mapping.version,
  };
}

/** Numbers come padded (`007`), and all zeros mean that there is none. */
function plain(value: number | string | null | undefined): string | null {
  const text = String(value ?? '').trim().replace(/^0+/, '');
  return text === '' ? null : text;
}
