import type { Operation } from './operations.ts';

/** Reads that enter the ledger each time, whoever asks and whatever stands there. */
export const RECORDED_READS = new Set(['GET /api/alarms/shifts/:id/report.pdf', 'GET /api/exhibits/:id/files/:rowId/content', 'GET /api/exhibits/:id/files/:rowId/preview', 'GET /api/exhibits/bundles/:id/content', 'GET /api/incidents/:id/report.pdf', 'GET /api/incidents/:id/review/report.pdf', 'GET /api/incidents/:id/breach/report.pdf', 'GET /api/incidents/:id/situation-reports/:rowId/report.pdf', 'GET /api/incidents/:id/forms/:rowId/form.pdf', 'GET /api/incidents/:id/forms/plan.pdf', 'GET /api/desk/packs/:id/pack.pdf', 'GET /api/ledger/export', 'GET /api/retention/runs/:id/certificate.pdf', 'GET /api/subjects/requests/:id/archive', 'GET /api/workorders/:id/report.pdf', 'GET /api/exercises/:id/report.pdf']);

/** Operations that change something and enter nothing by design, with why. */
export const UNRECORDED_WRITES: Readonly<Record<string, string>> = {
  'POST /api/files/uploads': 'bytes on their way; the file is recorded when it is whole and hangs on its record',
  'PUT /api/files/uploads/:id/bytes': 'the same',
  'POST /api/files/uploads/:id/drop': 'the same: nothing hung on a record yet',
  'POST /api/deliver/deliveries/:id/arrived': 'a browser says that a push message came; it stands with the delivery',
  'PUT /api/offline/devices/:id/contact': 'a device says that it is there; when it was last seen stands with it. What it took along, and its wiping, is recorded',
  'POST /api/imports': 'a file on its way, which its sender alone sees; what it changes is recorded record by record, and that it came in',
  'PUT /api/imports/:id/bytes': 'the same',
  'DELETE /api/imports/:id': 'the same: records that came in stay',
  'POST /api/identity/sign-in/passkey/question': 'a random question that the answer must sign; the sign-in itself is recorded, so is one that fails',
  'POST /api/identity/confirm/passkey/question': 'the same',
  'POST /api/identity/sign-in/enrol/passkey/offer': 'the same, before a passkey is added; adding it is recorded',
  'POST /api/identity/factors/passkeys/offer': 'the same',
};

/** Lists that show members of a wall the head line of what stands behind it: number, title, state. Opening it is recorded. */
export const HEAD_LINES = new Set(['GET /api/alarms/shifts/:id/report.pdf', 'GET /api/cases', 'GET /api/cases/reports', 'GET /api/exhibits', 'GET /api/exhibits/bundles', 'GET /api/incidents', 'GET /api/incidents/reviews', 'GET /api/incidents/reviews/due', 'GET /api/search', 'GET /api/tasks/mine', 'GET /api/two-person', 'GET /api/notify/notices', 'GET /api/notify/notices/:id', 'GET /api/people/:id/open-work', 'GET /api/people/:id/handed-over', 'GET /api/retention/holds', 'GET /api/subjects/asks', 'GET /api/live']);

/** How an operation that enters nothing for what is open is treated where it shows what stands behind a wall. */
export type Behind = 'recorded' | 'head line' | 'shows none';

const WHY_ABOUT_ONESELF = /^GET \/api\/(imports|identity\/(me|sessions|factors|own-keys|open-sessions|sign-in-policy|glass)|offline\/devices|notify\/|deliver\/(channels|devices))/;
const WHY_SETTINGS = /^GET \/api\/(health|net|convergence|offline|identity(?!\/walls)|jobs|signals\/types|incidents\/classification|roles|retention|calendar|report|backup)\b/;

/** Why a read enters nothing. */
function reasonOf({ key, path }: Operation): string {
  if (/^GET \/api\/ledger\/(head|consistency|leaves|witnesses)/.test(key)) return 'hashes and heads: they say nothing of a record';
  if (WHY_ABOUT_ONESELF.test(key)) return 'about oneself';
  if (WHY_SETTINGS.test(key)) return 'settings and the state of the system';
  return path.includes(':') ? 'reading one thing that stands open' : 'a list of what the reader may see';
}

const PROSE = `# What the ledger does not record

Every write enters the ledger in its own transaction, or does not happen. Every opening of what stands behind a wall enters it before anything is shown, or nothing is shown; what one person reads of one record within a minute is one entry, except of who broke its glass: there each is. Everything else that happens and leaves **no** entry is on this page. The tables below are made from the operations, and a test tries each of them (\`src/app/recorded.test.ts\`).

## Reading
- **What stands behind no wall** is read without an entry: records, lists, searches, files, live changes. Printing a report and exporting the ledger are entered.
- **Head lines.** Lists, search, notices and decisions show the members of a wall number, title and state of what stands behind it, without an entry each time. Opening it is entered.
- **A second look within a minute** by the same person at the same record, unless they broke the glass of its wall.
- **What was looked at in a page that was open already**, on paper, in a file that was saved, or over somebody's shoulder.

## What machines do by themselves
- **Signals, one by one.** A batch of them is one entry, with a digest over its bytes; \`parapet verify --full\` recomputes it. Repeats only count up. Frames that were refused, or came from unknown accounts, stand in their own lists until these are trimmed.
- **Alarms**: that a condition goes on. That it began, was handled and ended is entered.
- **Housekeeping**: previews that are drawn, tries of a delivery (they stand with the delivery), heartbeats, when a session was last seen, when a link with a provider of single sign-on was last used and what came of asking that provider, readings of the clock and the disks, what is trimmed after its time from outbox, answered commands, challenges and finished jobs, the progress of a job, how witnesses stand.
- **Sealing** itself: leaves, tiles and heads are the ledger.

## Outside the operations
- **Whoever has the host, the database or a backup** reads anything without a trace here. If they change the ledger, it shows; if they change another table, the ledger still says what was really done.
- **The command line**: \`verify\`, \`verify-bundle\`, \`doctor\`, \`version\`, \`migrate\` and \`serve\` enter nothing; \`user\` and \`key\` do.
- \`GET /healthz\`, \`/readyz\`, \`/metrics\`, \`/openapi.json\` and the screens' own files; what a browser keeps by itself (theme, columns, sound).
- **Refusals.** That somebody was refused (403, 404, 422) is not entered, except failed sign-ins and failed proofs of who sits there; each is a line of the log.
- **What nobody entered.** The ledger shows what was written, not whether it is true, or all.
`;

/** The page docs/ledger-not-recorded.md as it must be for these operations. */
export function notRecordedPage(operations: readonly Operation[], behind: ReadonlyMap<string, Behind>): string {
  const sorted = operations.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const reads = sorted.filter(({ key, method }) => method === 'GET' && !RECORDED_READS.has(key));
  const writes = sorted.filter(({ key }) => key in UNRECORDED_WRITES);
  return `${PROSE}
## Operations that change something and enter nothing
| operation | why |
| --- | --- |
${writes.map(({ key }) => `| \`${key}\` | ${UNRECORDED_WRITES[key]} |`).join('\n')}

An operation that finds nothing to change (a task that is done already, an alarm that nobody holds) enters nothing either.

## Operations that read
The third column says what happens where the thing stands behind a wall.

| operation | why it enters nothing | behind a wall |
| --- | --- | --- |
${reads.map((operation) => `| \`${operation.key}\` | ${reasonOf(operation)} | ${behind.get(operation.key) ?? 'shows none'} |`).join('\n')}
`;
}
