import type { DecisionWords } from '#platform/web/web-module.ts';
import { METHODS } from '../rules.ts';
import { t } from './messages.en.ts';

/** How the disposal of an exhibit is said to who decides about it. */
export const decisionWords: Readonly<Record<string, DecisionWords>> = {
  'exhibits.dispose': {
    title: t('exhibits.decision'),
    sentence: ({ number = '', title = '', method = '' }) => t('exhibits.decision.sentence', { number, title, method: t(`exhibits.method.${METHODS.find((one) => one === method) ?? 'returned'}`) }),
    lines: ({ to, authority }) => [...(to ? [[t('exhibits.to'), to] as const] : []), ...(authority ? [[t('exhibits.authority'), authority] as const] : [])],
  },
};
