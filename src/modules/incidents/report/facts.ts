import type { Incident, LogEntry } from '../contract.ts';
import type { CostSheet } from '../cost-contract.ts';

/** A signal behind an alarm, as the reader of signals gives it: times ISO in UTC, `hex` the frame as it came. */
export type SignalFacts = {
  id: string; sourceName: string; account: string; sequence: number; occurredAt: string; receivedAt: string; hasTime: boolean; isLate: boolean; repeats: number; title: string; hex: string;
  events: readonly { code: string; title: string; area: string | null; user: string | null; text: string | null; point: string | null; priority: number | null }[];
  facts: readonly { name: string; value: string }[];
  problem: string | null;
};

/** An alarm that the incident was declared from. `disposition` and `cause` are in words. */
export type AlarmFacts = {
  number: string; title: string; type: string; priority: number; sourceName: string; point: string | null; area: string | null;
  raisedAt: string; knownAt: string; answerBy: string; acknowledgedAt: string | null; acknowledger: string | null; returnedAt: string | null; closedAt: string | null; closer: string | null;
  disposition: string | null; cause: string | null; note: string | null; repeats: number; signals: readonly SignalFacts[];
};

export type TaskFacts = { title: string; assignee: string | null; dueAt: string | null; state: string; doneAt: string | null };

/** A file of the incident, with the hash by which a copy of it can be told from any other. */
export type FileFacts = { name: string; size: number; sha256: string; addedBy: string; addedAt: string; struckAt: string | null; struckBy: string | null; struckReason: string | null };

/** What somebody said of the incident beside its log. */
export type CommentFacts = { text: string; author: string; at: string; editedAt: string | null; struckAt: string | null; struckBy: string | null; struckReason: string | null };

/** Everything that the report of one incident says, as its reader may see it. */
export type ReportFacts = {
  incident: Omit<Incident, 'members' | 'mine' | 'missing' | 'id' | 'siteId' | 'site' | 'timeZone' | 'commanderId' | 'version' | 'logCount'>;
  site: { code: string; name: string; above: readonly string[]; address: string; city: string; country: string | null; timeZone: string } | null;
  alarms: readonly AlarmFacts[];
  /** The command log in order, the earliest first. */
  log: readonly (LogEntry & { mergedFrom?: string | null })[];
  /** Null for who may not see what it cost. */
  cost: CostSheet | null;
  tasks: readonly TaskFacts[];
  files: readonly FileFacts[];
  /** The earliest first. */
  comments: readonly CommentFacts[];
  /** The newest signed head of the ledger, its root in base64 as in its note; null where nothing is signed yet. */
  head: { size: number; root: string; at: string | null; note: string | null } | null;
  print: { by: string; at: string; organisation: string; department: string; purpose: string | null; isDemo: boolean };
};
