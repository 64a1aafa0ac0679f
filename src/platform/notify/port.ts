import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Channel } from '#platform/deliver/port.ts';
import type { Language } from '#platform/kernel/language.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/** One step of a ladder: everybody with this role at the record's site or above it, and how long they have to acknowledge. */
export type Step = { role: string; withinS: number };

/** A sort of notice. */
export type NoticeClass = {
  /** `<module>.<what>` */
  key: string;
  /** What happened, as the first words of the notice: `A task is yours`. */
  title: string;
  /** The same in other languages, from `notices.<language>.ts` beside its `notices.ts`. */
  titles?: Readonly<Partial<Record<Language, string>>>;
  /** Urgent ones are acknowledged, come through quiet hours, and may climb a ladder. */
  urgent: boolean;
  /** How it goes out unless the person wishes otherwise; in the list of notices it always is. */
  channels: readonly Channel[];
  /** Who is told in turn, unless the organisation says otherwise. */
  ladder?: readonly Step[];
};

/** An entry of the ledger, as far as who is to be told may hang on it. Texts that may be erased are not in it. */
export type Entry = { id: string; actor: string; verb: string; recordId: string | null; siteId: string | null; wallId: string | null; before: Readonly<Record<string, unknown>>; after: Readonly<Record<string, unknown>> };

/**
 * Whom an entry is told to: people, everybody behind its wall, who has one of these roles at its site or above it (over
 * all where it has none), or the class's ladder while the record stays in these states. Who did it is told nothing, unless `withActor`. `about` is for what is no record: words, and a page of ours.
 */
export type Tell = ({ class: string; to: readonly string[] } | { class: string; behind: string } | { class: string; roles: readonly string[] } | { class: string; whileState: readonly string[] }) & { withActor?: true; about?: { words: string; path: string } };

/** What a module or service wants people to be told: `notices.ts` in its folder, exporting `noticeSource`. */
export type NoticeSource = { classes: readonly NoticeClass[]; /** By the ledger's verb. Pure: it sees the entry and nothing else. */ tells: Readonly<Record<string, (entry: Entry) => readonly Tell[]>> };

/** What everybody brings, together. */
export type Sources = { classes: ReadonlyMap<string, NoticeClass>; tells: ReadonlyMap<string, readonly ((entry: Entry) => readonly Tell[])[]> };

/** What a class is called in a language; in English where that has no word for it. */
export const titleIn = ({ title, titles }: NoticeClass, language: Language = 'en'): string => titles?.[language] ?? title;

/** Joins what several bring. Throws where two claim one class. */
export function joinSources(all: readonly NoticeSource[]): Sources {
  const classes = new Map<string, NoticeClass>();
  const tells = new Map<string, ((entry: Entry) => readonly Tell[])[]>();
  for (const source of all) {
    for (const one of source.classes) {
      if (classes.has(one.key)) throw new Error(`Two sources bring the class ${one.key}.`);
      classes.set(one.key, one);
    }
    for (const [verb, tell] of Object.entries(source.tells)) tells.set(verb, [...(tells.get(verb) ?? []), tell]);
  }
  return { classes, tells };
}

async function readSource(file: string): Promise<NoticeSource> {
  const { noticeSource } = (await import(pathToFileURL(file).href)) as { noticeSource: NoticeSource };
  const inGerman = file.replace(/\.ts$/, '.de.ts');
  const { titles } = existsSync(inGerman) ? ((await import(pathToFileURL(inGerman).href)) as { titles: Readonly<Record<string, string>> }) : { titles: {} };
  return { ...noticeSource, classes: noticeSource.classes.map((one) => ({ ...one, ...(titles[one.key] !== undefined && { titles: { de: titles[one.key] as string } }) })) };
}

let found: Promise<Sources> | undefined;

/** Every `notices.ts` of services and modules, found by folder, once a process. */
export function discoverNotices(): Promise<Sources> {
  found ??= (async () => {
    const files = ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'notices.ts')).sort());
    return joinSources(await Promise.all(files.map(readSource)));
  })();
  return found;
}
