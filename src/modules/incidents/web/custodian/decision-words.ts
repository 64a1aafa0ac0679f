import type { DecisionWords } from '#platform/web/web-module.ts';
import { t } from './messages.en.ts';

/** How decisions about incidents are said. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'incidents.custodian': { title: t('incidents.decision.custodian'), sentence: ({ person = '', number = '', successor = '' }) => t('incidents.decision.custodian.sentence', { person, number, successor }) },
  'incidents.review': { title: t('incidents.decision.review'), sentence: ({ number = '', observations = '', actions = '' }) => t('incidents.decision.review.sentence', { number, observations, actions }) },
};
