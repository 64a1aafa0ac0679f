import { readFileSync } from 'node:fs';
import { compileMapping, type Compiled } from '#engines/mapping/compile.ts';
import type { MappedEvent, Mapping, Subject } from '#engines/mapping/mapping.ts';
import { readByMapping } from '#engines/mapping/read.ts';
import type { Classified } from './classify.ts';
import { NOT_UNDERSTOOD, taxonomyVersion, typeOf } from './taxonomy.ts';

/** An event of a protocol without codes of its own, in the taxonomy's words. */
export type Meant = { classified: Classified; code: string; text: string | null };

const SHIPPED: ReadonlyMap<string, Compiled> = new Map(['syslog', 'mqtt', 'mail'].map((protocol) => [protocol, shipped(protocol)]));

/** What a message means by the mapping that ships for its protocol; none where nothing of it could be read. */
export function meantBy(protocol: string, subject: Subject): Meant[] {
  const mapping = SHIPPED.get(protocol);
  return mapping ? readByMapping(mapping, subject).events.map(meantOf) : [];
}

function meantOf({ title, type, effect, isUnverified, device, zone, message }: MappedEvent): Meant {
  const known = typeOf(type ?? NOT_UNDERSTOOD);
  if (!known) throw new Error(`The taxonomy has no type ${type}.`);
  const point = zone !== null ? `zone:${zone}` : device !== null ? `device:${device}` : null;
  const isUnderstood = known.key !== NOT_UNDERSTOOD;
  return {
    code: '', text: message,
    classified: {
      ok: true, type: known.key, effect, point, area: null, user: null, numberMeans: 'none', stillPresent: false, understood: isUnderstood, title: title || known.title,
      basis: isUnverified ? 'knowledge' : 'table', note: '', mappingVersion: taxonomyVersion,
    },
  };
}

function shipped(protocol: string): Compiled {
  const mapping = JSON.parse(readFileSync(new URL(`./content/mapping-${protocol}.json`, import.meta.url), 'utf8')) as Mapping;
  const made = compileMapping(mapping, { has: (key) => typeOf(key) !== null });
  if (!made.ok) throw new Error(`The mapping of ${protocol} cannot be used: ${made.faults.map(({ at, reason }) => `${at}: ${reason}`).join(' ')}`);
  return made.compiled;
}
