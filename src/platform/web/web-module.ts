import type { ComponentType } from 'react';

/** The rooms of the rail, in its order; `admin` stands at the foot. A room without a page that I may see isn't shown. */
export const ROOMS = ['watch', 'command', 'cases', 'protection', 'risk', 'programme', 'desk', 'admin'] as const;
export type RoomKey = (typeof ROOMS)[number];

/** Where a room has many pages they stand in groups, in this order. */
export const GROUPS = ['now', 'lead', 'rules', 'sources', 'people', 'entry', 'record', 'system', 'own'] as const;
export type GroupKey = (typeof GROUPS)[number];

/** How many things wait for someone in a room; `priority` (1 to 4) gives the count that priority's colour. */
export type Waiting = { count: number; priority?: 1 | 2 | 3 | 4 };

/** One page of a module. */
export type Page = {
  /** Absolute path of the page; parameters as `$id`. */
  path: `/${string}`;
  /** Word in the room's list of pages, in the crumb and in the command bar. */
  title: string;
  /** The file whose default export is the page's component. Loaded when first visited. */
  load: () => Promise<{ default: ComponentType }>;
  /** The room it stands in. Pages without one (a sign-in) have no shell around them. */
  room?: RoomKey;
  /** Order among the room's pages; the first that I may see is the room's door. 50 unless said. */
  order?: number;
  /** Its group where the room has so many pages that they are grouped; `system` unless said. */
  group?: GroupKey;
  /** Without this permission the page is the not-found page, and no link leads to it. */
  permission?: string;
  /** `board` fills the window and hides the room's list of pages; `page` scrolls as a whole; `window` fills a window of its own, without rail and top bar. */
  layout?: 'board' | 'page' | 'window';
  /** Reached from other pages only: a record, a form. Pages with a parameter are always so. */
  unlisted?: boolean;
};

/** What a decision of two people is about: names by key, as the server wrote them down when it was proposed. */
export type DecisionFacts = Readonly<Record<string, string>>;

/** How a kind of decision is said: what it is called, in one sentence what is decided, and what else counts; a value that is a time stands as `{ at }`. */
export type DecisionWords = { title: string; sentence: (facts: DecisionFacts) => string; lines?: (facts: DecisionFacts) => readonly (readonly [name: string, value: string | { at: string }])[] };

/** What a module brings to the browser; the default export of `src/modules/<name>/web/module.tsx`. */
export type WebModule = {
  name: string;
  pages: readonly Page[];
  /** Where a record of a kind is read: `{ incident: (id) => `/incidents/${id}` }`. Links and search go through it. */
  records?: Readonly<Record<string, (id: string) => string>>;
  /** What a kind is called in search results, in the plural. */
  kinds?: Readonly<Record<string, string>>;
  /** Kinds of record that may be taken along on a device, with how a copy is read. Never what stands behind a wall. */
  takes?: Readonly<Record<string, (id: string) => Promise<unknown>>>;
  /** The count on a room's icon, read again whenever something of `topic` changes; without a permission it is everybody's. */
  waiting?: { room: RoomKey; permission?: string; topic: string; read: () => Promise<Waiting> };
  /** How this module's kinds of decision of two people are said, by the kind's key. */
  decisions?: Readonly<Record<string, DecisionWords>>;
};

/** Declares what a module brings to the browser. */
export const defineWebModule = (module: WebModule): WebModule => module;
