import type { DecisionWords } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

/** How a move is said to who decides about it. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'people.move': {
    title: t('move.decision'),
    sentence: ({ person = '', ends = '', role = '', site = '' }) => t('move.decision.sentence', { person, change: [...(ends ? [t('move.decision.ends', { ends })] : []), ...(role ? [t('move.decision.begins', { role, site: site || t('move.decision.everywhere') })] : [])].join(', ') }),
    lines: ({ since }) => (since ? [[t('move.decision.from'), { at: since }]] : []),
  },
};
