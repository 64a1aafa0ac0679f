/** The header that every record of every kind has: numbers, links, tasks, comments and search hang on it and inherit its sight. */
export type Header = {
  /** `<module>.<noun>`, which is also its table. */
  kind: string;
  /** What people call it (`INC-2026-00042`), or null where it has none. */
  number: string | null;
  title: string;
  state: string;
  siteId: string | null;
  wallId: string | null;
  /** The permission with which it is read. */
  readPermission: string;
  /** When it happened. */
  at: string;
};

/** One change, from which the store writes header, ledger entry, search words and outbox message. */
export type Change<Row extends { id: string }> = {
  /** Past tense without the module: `closed` becomes `alarms.closed`. */
  verb: string;
  before: Partial<Row> | null;
  after: Row;
  /** The record's header where the change makes or alters it. */
  header?: Header;
  /** Of what the ledger entry and message speak when `after` is not itself a record (a log line of an incident). */
  of?: { recordId: string; siteId: string | null; wallId: string | null; readPermission: string };
  /** Words to find the record by; null leaves them as they are. */
  words?: string;
  /** Fields with text that privacy law may erase later: only their salted hash enters the leaf. */
  erasable?: readonly string[];
  /** No live message: it would hint at what not all who see the record may know of. */
  isQuiet?: true;
};
