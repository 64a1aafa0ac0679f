import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/**
 * One kind of thing that is kept for a time. The functions are SQL of the declaring folder's own migrations, by name:
 * `due(before, among, most)` answers `(id, record_id, at)` of what may go once its time began at or before `before`;
 * `facts(ids)` answers `(id, record_id, site_id, at, till, people)`, by which holds and requests of people find it;
 * `remove(ids)` removes it whole and answers what is to stand in the proof (JSON, or null).
 */
export type KeptKind = {
  /** `<module>.<noun>`, for records the kind of their header. */
  key: string;
  title: string;
  /** Schedules are by class and purpose; the longest of its purposes holds. */
  class: string;
  purposes: readonly string[];
  /** What goes with it, in a sentence. */
  goes: string;
  facts: string;
  /** Absent where no schedule removes it: it can be held only. */
  removal?: { due: string; remove: string };
};

/** What hangs on records of any kind: `remove(records)` takes it along, `people(records)` answers `(record_id, person_id)`. */
export type HangingKind = { key: string; remove: string; people?: string };

/** What one folder declares in its `retained.ts`. */
export type Retained = { kinds: readonly KeptKind[]; hanging: readonly HangingKind[] };

let found: Promise<Retained> | undefined;

/** Everything that services and modules declare, found by folder, once a process. */
export function discoverKept(): Promise<Retained> {
  found ??= (async () => {
    const files = ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'retained.ts')).sort());
    const all = await Promise.all(files.map(async (file) => ((await import(pathToFileURL(file).href)) as { retained: Retained }).retained));
    return { kinds: all.flatMap(({ kinds }) => kinds), hanging: all.flatMap(({ hanging }) => hanging) };
  })();
  return found;
}
