import { LinkButton } from '#ui/button.tsx';
import css from './decision.module.css';
import { t } from './messages.en.ts';

/** After something was proposed: that it waits for another, or that it was done alone; with the way there. */
export const DecisionOutcome = ({ decisionId, state }: { decisionId: string; state: 'waiting' | 'alone' }) => (
  <div className={css.outcome} role="status">
    <p>{t(`decision.outcome.${state}`)}</p>
    <LinkButton to={`/decisions/${decisionId}`}>{t('decision.outcome.open')}</LinkButton>
  </div>
);
