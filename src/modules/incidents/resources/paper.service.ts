import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { JsonValue } from '#platform/report/text.ts';
import type { Incident } from '../contract.ts';
import { printPaper } from '../printing.ts';
import { readIncident } from '../read.service.ts';
import { incidents, READ } from '../record.ts';
import { bothClocks } from '../report/times.ts';
import type { SituationReport } from '../resource-contract.ts';
import type * as contract from '../resource-contract.ts';
import { reportsQuery } from './reports.service.ts';

export const SITUATION_TEMPLATE = 'modules/incidents/resources/report/situation.typ';
const WORDS = { conditions: 'Conditions', actions: 'Actions', needs: 'Needs', heads: ['No.', 'Need', 'What became of it'], none: 'None.', struck: 'Struck' };

/** What `situation.typ` shows, all in words. */
export function situationPaper(incident: Pick<Incident, 'number' | 'title' | 'timeZone' | 'site' | 'place'>, report: SituationReport): { title: string; data: Record<string, JsonValue> } {
  const zone = incident.timeZone ?? 'UTC';
  const became = { task: 'A task', resource: 'A resource was asked for' } as const;
  return {
    title: `${incident.number} Situation report ${report.seq}`,
    data: {
      words: WORDS, heading: `Situation report ${report.seq}: ${incident.title}`,
      facts: [
        { label: 'Incident', value: `${incident.number} ${incident.title}` }, { label: 'Where', value: [incident.site, incident.place].filter(Boolean).join(', ') }, { label: 'As of', value: bothClocks(report.at, zone) }, { label: 'Written', value: `${bothClocks(report.notedAt, zone)}, by ${report.author}` },
      ].filter(({ value }) => value !== ''),
      struck: report.struckAt === null ? '' : `${bothClocks(report.struckAt, zone)} by ${report.struckBy ?? 'somebody'}: ${report.struckReason ?? ''}`,
      conditions: report.conditions, actions: report.actions,
      needs: report.needs.map(({ seq, need, became: what, becameBy, becameAt }) => [String(seq), need, what === null ? 'Open' : `${became[what]}, ${becameBy ?? 'somebody'}, ${bothClocks(becameAt ?? report.notedAt, zone)}`]),
    },
  };
}

/** Prints one situation report. */
export async function printSituationReport(ctx: Ctx, { id, rowId, purpose, paper }: Input<typeof contract.printSituationReport>, exchange: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  const [reports] = await incidents.readAll(ctx, READ, (db) => [reportsQuery(db, id, { limit: 1, rowId })]);
  const [report] = reports;
  if (!report) throw notFound();
  const { title, data } = situationPaper(incident, report);
  await printPaper(ctx, { incident, purpose, paper, kind: 'Situation report', name: `${incident.number}-SR-${report.seq}`, title, template: SITUATION_TEMPLATE, data }, exchange);
}
