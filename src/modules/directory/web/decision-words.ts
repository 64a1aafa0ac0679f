import type { DecisionWords } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

/** How a decision about what a group gives is said. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'directory.map': {
    title: t('directory.decision'),
    sentence: ({ group = '', directory = '', role = '', site = '' }) => (site === '' ? t('directory.decision.organisation', { group, directory, role }) : t('directory.decision.site', { group, directory, role, site })),
    lines: () => [],
  },
};
