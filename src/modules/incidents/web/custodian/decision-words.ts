import type { DecisionWords } from '#platform/web/web-module.ts';
import { t as b } from '../breach/messages.en.ts';
import { t } from './messages.en.ts';

/** How decisions about incidents are said. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'incidents.custodian': { title: t('incidents.decision.custodian'), sentence: ({ person = '', number = '', successor = '' }) => t('incidents.decision.custodian.sentence', { person, number, successor }) },
  'incidents.review': { title: t('incidents.decision.review'), sentence: ({ number = '', observations = '', actions = '' }) => t('incidents.decision.review.sentence', { number, observations, actions }) },
  'incidents.not-due': { title: b('breach.decision'), sentence: ({ number = '', duty = '' }) => b('breach.decision.sentence', { number, duty }) },
};
