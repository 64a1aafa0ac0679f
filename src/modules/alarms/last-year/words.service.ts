import { formsOf } from '#engines/alarm-analysis/local-time.ts';
import { fileRows } from '#platform/imports/rows.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { eventTypes } from '#modules/signals/public.ts';
import { ownFile, zoneNamed } from './analyses.service.ts';
import type * as contract from '../past-contract.ts';
import { suggestFinding, wordOf } from '../past-rules.ts';
import { suggestType } from './suggest-type.ts';

/** Rows that are looked at for words, and words of one column that are shown. */
const MOST_ROWS = 50_000;
const MOST_WORDS = 300;
const MOST_TIMES = 5_000;
const MOST_KEPT = 5_000;

/** What stands in the columns of a file that say type, finding and time: proposals to confirm. */
export async function readWords(ctx: Ctx, { importId, type, finding, day, time, timeZone }: Input<typeof contract.readWords>): Promise<Reply<typeof contract.readWords>> {
  await ownFile(ctx, importId);
  const local = zoneNamed(timeZone, '/timeZone');
  const [types, findings, times] = [new Map<string, number>(), new Map<string, number>(), new Set<string>()];
  const count = (words: Map<string, number>, cell: string | undefined): void => {
    const word = wordOf(cell ?? '');
    if (word !== '' && (words.has(word) || words.size < MOST_KEPT)) words.set(word, (words.get(word) ?? 0) + 1);
  };
  let read = 0;
  let isWhole = true;
  for await (const { cells, fault } of fileRows(ctx, importId)) {
    if (read === MOST_ROWS) {
      isWhole = false;
      break;
    }
    read++;
    if (fault !== null) continue;
    if (type !== undefined) count(types, cells[type]);
    if (finding !== undefined) count(findings, cells[finding]);
    const at = [day, time].flatMap((name) => (name === undefined ? [] : [cells[name] ?? ''])).filter((part) => part !== '').join(' ');
    if (at !== '' && times.size < MOST_TIMES) times.add(at);
  }
  const sorted = (words: ReadonlyMap<string, number>) => [...words].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MOST_WORDS).map(([word, n]) => ({ word, count: n }));
  const columnIsFalse = /false|fehl|falsch/i.test(finding ?? '');
  return {
    rows: read, isWhole, forms: formsOf([...times], local),
    types: sorted(types).map((one) => ({ ...one, type: suggestType(one.word, eventTypes) })), findings: sorted(findings).map((one) => ({ ...one, finding: suggestFinding(one.word, columnIsFalse) })),
  };
}
