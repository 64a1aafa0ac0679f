import type { DecisionFacts, DecisionWords } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

const times = ({ since, until }: DecisionFacts) => [...(since ? [[t('decision.grant.since'), { at: since }] as const] : []), ...(until ? [[t('decision.grant.until'), { at: until }] as const] : [])];

/** How decisions about rights are said. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'identity.grant': {
    title: t('decision.grant'),
    sentence: ({ person = '', role = '', site = '' }) => (site === '' ? t('decision.grant.organisation', { person, role }) : t('decision.grant.site', { person, role, site })),
    lines: times,
  },
};
