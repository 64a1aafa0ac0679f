import { said } from '#platform/web/messages.ts';
import type { DecisionWords, Page, RoomKey, WebModule } from '#platform/web/web-module.ts';
import { ROOMS } from '#platform/web/web-module.ts';

const found = import.meta.glob<{ default: WebModule }>(['../../platform/*/web/module.tsx', '../../modules/*/web/module.tsx'], { eager: true });

/** Every service and module that has pages, by folder. */
export const modules: readonly WebModule[] = Object.values(found).map((file) => file.default);

/** Every page of every module. */
export const pages: readonly Page[] = modules.flatMap((module) => module.pages).map((page) => ({ ...page, title: said(`page.${page.path}`, page.title) }));

/** Where records of each kind are read. */
export const records: ReadonlyMap<string, (id: string) => string> = new Map(modules.flatMap((module) => Object.entries(module.records ?? {})));

/** What each kind is called, in the plural. */
export const kinds: ReadonlyMap<string, string> = new Map(modules.flatMap((module) => Object.entries(module.kinds ?? {}).map(([kind, name]) => [kind, said(`kind.${kind}`, name)])));

/** How each kind of decision of two people is said. */
export const decisions: ReadonlyMap<string, DecisionWords> = new Map(modules.flatMap((module) => Object.entries(module.decisions ?? {})));

export type Room = { key: RoomKey; pages: readonly Page[] };

const mayOpen = (page: Page, permissions: readonly string[]): boolean => page.permission === undefined || permissions.includes(page.permission);

/** The rooms that someone with these permissions sees, each with the pages in its list; a room without one isn't there. */
export function roomsFor(permissions: readonly string[], all: readonly Page[] = pages): Room[] {
  return ROOMS.map((key) => ({
    key,
    pages: all.filter((page) => page.room === key && !page.unlisted && !page.path.includes('$') && mayOpen(page, permissions)).sort((a, b) => (a.order ?? 50) - (b.order ?? 50)),
  })).filter((room) => room.pages.length > 0);
}
