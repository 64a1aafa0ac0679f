import { messagesOf } from '#platform/web/messages.ts';
import type { DecisionWords } from '#platform/web/web-module.ts';

const t = messagesOf({
  'incidents.decision.custodian': 'Custodian of a wall',
  'incidents.decision.custodian.sentence': 'End {person} as custodian of the wall of {number}; {successor} keeps it from then on',
});

/** How decisions about incidents are said. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'incidents.custodian': { title: t('incidents.decision.custodian'), sentence: ({ person = '', number = '', successor = '' }) => t('incidents.decision.custodian.sentence', { person, number, successor }) },
};
