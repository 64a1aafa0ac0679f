import { Tag } from '#ui/tag.tsx';
import { ageWords } from '#ui/times.ts';
import { exitsOf, type Procedure, type Step, stepsOf } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './procedure.module.css';

/** The steps in the order in which they can come, the first way down before the next; what nothing leads to comes last. */
export function inOrder(procedure: Procedure): Step[] {
  const steps = stepsOf(procedure);
  const order = new Map<string, Step>();
  const visit = (id: string): void => {
    const step = steps.get(id);
    if (!step || order.has(id)) return;
    order.set(id, step);
    for (const exit of exitsOf(step)) visit(exit);
  };
  visit(procedure.start);
  return [...order.values(), ...procedure.steps.filter(({ id }) => !order.has(id))];
}

/** A procedure as an outline: each step with whose it is and its time, each answer with where it leads. */
export const Outline = ({ procedure }: { procedure: Procedure }) => (
  <ol className={css.outline}>
    {inOrder(procedure).map((step) => (
      <li key={step.id} id={`step-${step.id}`} className={css.step}>
        <span className={`mono ${css.id}`}>{step.id}</span>
        <div>
          <p className="strong">{step.text}</p>
          <p className="t2 small row">
            <Tag>{t(`procedures.kind.${step.kind}`)}</Tag>
            {step.role.replaceAll('-', ' ')} · {t(step.required ? 'procedures.required' : 'procedures.optional')} · {t('procedures.within', { time: ageWords(step.targetS * 1000) })}
            {step.group && <Tag look="line">{t('procedures.outline.group', { group: step.group })}</Tag>}
            {step.handsOverTo && <span>{t('procedures.hands-over', { key: step.handsOverTo })}</span>}
          </p>
          {step.kind === 'end' ? <p className="small">{t('procedures.outline.end', { dispositions: step.dispositions.join(', ') })}</p> : (
            <ul className={css.ways}>
              {step.answers.map(({ answer, next }) => <li key={answer}><b>{answer}</b> <a href={`#step-${next}`}>{t('procedures.outline.to', { id: next })}</a></li>)}
              {step.next && <li><a href={`#step-${step.next}`}>{t('procedures.outline.to', { id: step.next })}</a></li>}
            </ul>
          )}
        </div>
      </li>
    ))}
  </ol>
);
