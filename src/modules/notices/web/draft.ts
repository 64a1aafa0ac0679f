import type { CallInput } from '#platform/kernel/contract.ts';
import type { Option } from '#ui/picker.tsx';
import { newKey } from '#platform/web/call.ts';
import type { previewNotice } from '../contract.ts';
import type { Channel, Question } from '../rules.ts';

/** A notification as it is being written. The id goes with it from the start, so that sent twice it is one. */
export type Draft = {
  id: string; templateKey: string; isDanger: boolean; title: string; short: string; long: string; shortDe: string; longDe: string; question: Question;
  site: Option | null; everyone: boolean; role: string; people: readonly Option[]; channels: readonly Channel[]; roomIds: readonly string[]; pace: 'together' | 'in-turn'; turnS: string; overQuietWhy: string;
};

export const emptyDraft = (site: Option | null): Draft => ({
  id: newKey(), templateKey: '', isDanger: false, title: '', short: '', long: '', shortDe: '', longDe: '', question: 'none', site, everyone: false, role: '', people: [], channels: ['app', 'push', 'mail'], roomIds: [], pace: 'together', turnS: '120', overQuietWhy: '',
});

/** What is asked of the server. */
export const inputOf = (draft: Draft, incidentId: string | undefined): CallInput<typeof previewNotice> => ({
  title: draft.title.trim(), siteId: draft.site?.value ?? null, audience: { everyone: draft.everyone, roles: draft.role === '' ? [] : [draft.role], personIds: draft.people.map(({ value }) => value) },
  texts: { en: { short: draft.short.trim(), long: draft.long.trim() }, de: draft.shortDe.trim() === '' ? null : { short: draft.shortDe.trim(), long: draft.longDe.trim() } },
  channels: [...draft.channels], roomIds: draft.channels.includes('room') ? [...draft.roomIds] : [], pace: draft.pace, turnS: Math.min(3600, Math.max(10, Math.round(Number(draft.turnS)) || 120)), question: draft.question, templateKey: draft.templateKey, isDanger: draft.isDanger, overQuietWhy: draft.overQuietWhy.trim(),
  ...(incidentId !== undefined && { incidentId }),
});
