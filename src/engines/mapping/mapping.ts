/** What an event does to the condition that its type names. */
export type Effect = 'raise' | 'restore' | 'restore-point' | 'cancel' | 'note';

/** One line of a mapping: what fits `when` is of this type. The first line that fits decides. */
export type Row = {
  /** In a person's words, for screens. */
  title: string;
  /** A condition in CEL over `item`, `fields`, `header` and `format`. */
  when: string;
  /** A key of the taxonomy, which the engine does not know: it is given to `compileMapping`. */
  type: string;
  effect: Effect;
  /** Nobody has seen a document or a message that says so. */
  isUnverified: boolean;
};

/** Expressions in CEL; '' where there is none. */
export type Places = {
  /** Of the whole message: what the sender calls it, so that a resend is known again. */
  externalId: string;
  /** Of the whole message: RFC 3339 with its offset, or seconds or milliseconds since 1970. */
  occurredAt: string;
  device: string;
  zone: string;
  severity: string;
  message: string;
};

/** How the messages of a sender are read into the taxonomy: data, kept in versions. */
export type Mapping = {
  /** CEL for the list of events in one message; '' where a message is one event. Each is `item` then. */
  each: string;
  places: Places;
  rows: readonly Row[];
};

/** What stands in a message, whatever protocol it came by. */
export type Subject = {
  /** `json`, `rfc5424`, `cef`, `mqtt` and so on: the codec's own word. */
  format: string;
  /** What stands around the body, by lower-case name. */
  header: unknown;
  /** The body, as JSON has it. */
  fields: unknown;
};

/** One event of a message; `row` is null where no line fits, and then `type` is null too. */
export type MappedEvent = {
  row: number | null;
  title: string;
  type: string | null;
  effect: Effect;
  isUnverified: boolean;
  device: string | null;
  zone: string | null;
  severity: string | null;
  message: string | null;
};

/** What is wrong, and where: `rows[3].when`, `places.zone`, `each`. */
export type MappingFault = { at: string; reason: string };

/** The limits that bound time and memory, whatever a mapping or a message says. */
export const LIMITS = {
  rows: 200,
  /** Characters of one expression. */
  expression: 1000,
  /** Parts of one expression. */
  parts: 200,
  depth: 24,
  /** `+` in one expression. */
  sums: 8,
  /** Events of one message. */
  items: 200,
  /** Values of one message. */
  values: 5000,
  levels: 24,
  /** Characters of a text of a message that expressions see; the rest is cut for them. */
  text: 2048,
  /** Characters of a result. */
  result: 400,
  /** Steps of work for one message. */
  work: 500_000,
} as const;
